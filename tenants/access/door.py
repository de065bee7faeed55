"""Which of a landlord's rows a member may see and work on.

PostgreSQL keeps other landlords out whatever is asked here. This door narrows further, inside the landlord, to the
reach of the role: every site, those of its agencies, or those assigned by name; exceptional grants and stand-ins for
absences widen it. The same query set answers the list and the detail, so that the two cannot disagree.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access.grants import granted_sites
from tenants.campaigns.models import Assessment, Campaign, CounterVisit
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention
from tenants.people.reach import places
from tenants.stock.models import Agency, Site
from tenants.wall.context import Scope, open_scope


class NotALandlordError(PermissionError):
    """The door to a landlord's own data was tried by somebody who acts for no landlord."""


def landlord_scope(principal: Principal) -> AbstractContextManager[Scope]:
    """The scope of the landlord that the principal acts for. Raises NotALandlordError for anybody else."""
    if not principal.is_landlord:
        raise NotALandlordError(principal.organisation_kind)
    return open_scope(Scope("landlord", principal.organisation_id, principal.user_id))


def _within_reach(principal: Principal, prefix: str = "") -> Q:
    """The condition that keeps to the sites of the principal's reach; `prefix` leads to the site ("site__")."""
    if not principal.is_landlord:
        raise NotALandlordError(principal.organisation_kind)
    reach = principal.role.reach
    if reach == "all":
        return Q()
    if reach not in {"agency", "assigned"}:
        raise NotALandlordError(reach)
    granted = Q(**{f"{prefix}pk__in": granted_sites(principal).values("pk")})
    return granted | places(principal, prefix)


def _require(principal: Principal, permission: str) -> None:
    if not principal.may(permission):
        raise PermissionError(permission)


def sites(principal: Principal) -> QuerySet[Site]:
    """The sites that the member may see."""
    _require(principal, "sites.read")
    return Site.objects.filter(_within_reach(principal))


def site(principal: Principal, key: UUID | str) -> Site:
    """One of them. Raises Http404 alike for an absent site and for one out of reach."""
    found = sites(principal).select_related("agency").filter(key=key).first()
    if found is None:
        raise Http404(_("Ce site n’existe pas, ou n’est pas de votre périmètre."))
    return found


def assessable_sites(principal: Principal) -> QuerySet[Site]:
    """The sites that the member may rate."""
    _require(principal, "assessments.write")
    return Site.objects.filter(_within_reach(principal))


def agencies(principal: Principal) -> QuerySet[Agency]:
    """The agencies that hold at least one site that the member may see."""
    return Agency.objects.filter(pk__in=sites(principal).order_by().values("agency_id"))


def campaigns(principal: Principal) -> QuerySet[Campaign]:
    """The landlord's campaigns; a caretaker needs the open ones to rate in."""
    if principal.may("campaigns.read"):
        return Campaign.objects.all()
    _require(principal, "assessments.write")
    return Campaign.objects.filter(state=Campaign.State.OPEN)


def ratable_campaigns(principal: Principal) -> QuerySet[Campaign]:
    """The campaigns that take the member's ratings; one closed meanwhile keeps what arrives as late."""
    _require(principal, "assessments.write")
    return Campaign.objects.exclude(state=Campaign.State.DRAFT)


def assessments(principal: Principal) -> QuerySet[Assessment]:
    """The ratings of the sites that the member may see."""
    _require(principal, "campaigns.read")
    return Assessment.objects.filter(_within_reach(principal, "site__"))


def own_assessments(principal: Principal) -> QuerySet[Assessment]:
    """The ratings that the member gave herself."""
    _require(principal, "assessments.write")
    return Assessment.objects.filter(rated_by_id=principal.user_id)


def counter_visits(principal: Principal) -> QuerySet[CounterVisit]:
    """The counter-visits of the sites that the member may see."""
    _require(principal, "campaigns.read")
    return CounterVisit.objects.filter(_within_reach(principal, "site__"))


def incidents(principal: Principal) -> QuerySet[Incident]:
    """The facts of the sites that the member may see."""
    _require(principal, "incidents.read")
    return Incident.objects.filter(_within_reach(principal, "site__"))


def interventions(principal: Principal) -> QuerySet[Intervention]:
    """The interventions that touch a site that the member may see."""
    _require(principal, "sites.read")
    return Intervention.objects.filter(_within_reach(principal, "site_links__site__")).distinct()
