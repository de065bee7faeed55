"""The places of a member today: her own, and those lent by people she stands in for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.principal import Principal
from accounts.roles import ROLES
from tenants.people.models import StandIn
from tenants.stock.models import AgencyAttachment, SiteAssignment

BY_AGENCY = [code for code, role in ROLES.items() if role.reach == "agency"]
BY_SITE = [code for code, role in ROLES.items() if role.reach == "assigned"]


def lent_to(membership_id: int) -> QuerySet[StandIn]:
    """The absences that the member stands in for today."""
    today = timezone.localdate()
    return StandIn.objects.filter(
        stand_in_id=membership_id, starts_on__lte=today, ends_on__gte=today, ended_at__isnull=True
    ).order_by()


def places(principal: Principal, prefix: str) -> Q:
    """The condition that keeps to the sites of those places; `prefix` leads to the site ("site__").

    Only places of the kind that a role reaches by count: agencies for who works by agency, sites for a caretaker.
    """
    reach = principal.role.reach
    lent = Q(membership_id__in=lent_to(principal.membership_id).values("absent_id"))
    agencies = lent & Q(membership__role_code__in=BY_AGENCY)
    sites = lent & Q(membership__role_code__in=BY_SITE)
    if reach == "agency":
        agencies |= Q(membership_id=principal.membership_id)
    if reach == "assigned":
        sites |= Q(membership_id=principal.membership_id)
    agency_ids: QuerySet[Any, Any] = AgencyAttachment.objects.filter(agencies).values("agency_id")
    site_ids: QuerySet[Any, Any] = SiteAssignment.objects.filter(sites).values("site_id")
    return Q(**{f"{prefix}agency_id__in": agency_ids}) | Q(**{f"{prefix}pk__in": site_ids})
