"""Keeping interventions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.principal import Principal
from tenants.access import sites
from tenants.interventions.catalogue import lever_of
from tenants.interventions.models import Intervention, InterventionSite

FIELDS = ("title", "status", "starts_on", "ends_on", "axis", "cost_euros", "effect")


@transaction.atomic
def save_intervention(
    principal: Principal, said: dict[str, Any], intervention: Intervention | None = None
) -> Intervention:
    """Make or change an intervention from a valid form.

    Sites out of the principal's reach that the intervention covers already are left as they are. Raises PermissionError
    without the right, LookupError for an unknown lever.
    """
    if not principal.may("interventions.write"):
        raise PermissionError("interventions.write")
    kept = intervention or Intervention()
    kept.lever = lever_of(said["lever"])
    for name in FIELDS:
        setattr(kept, name, said[name])
    kept.save()
    within = sites(principal).order_by()
    wanted = set(within.filter(key__in=said["sites"]).values_list("pk", flat=True))
    links = InterventionSite.objects.filter(intervention=kept, site__in=within)
    links.exclude(site_id__in=wanted).delete()
    present = set(links.values_list("site_id", flat=True))
    for site_id in sorted(wanted - present):
        InterventionSite.objects.create(intervention=kept, site_id=site_id)
    return kept
