"""Keeping facts."""

from __future__ import annotations

from typing import Any

from accounts.principal import Principal
from tenants.incidents.models import Incident
from tenants.stock.models import Site


def record_incident(principal: Principal, site: Site, said: dict[str, Any]) -> Incident:
    """Keep a fact on a site that came through the door. Raises PermissionError without the right."""
    if not principal.may("incidents.write"):
        raise PermissionError("incidents.write")
    incident: Incident = Incident.objects.create(site=site, **said)
    return incident
