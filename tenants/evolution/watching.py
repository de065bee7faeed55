"""The watch list: sites followed by hand, and those that the figures point out, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.principal import Principal
from gis.statistics.local import Finding
from tenants.access import interventions, sites
from tenants.campaigns.models import CampaignSite
from tenants.evolution.models import WatchedSite
from tenants.evolution.reading import HIGH, comparable, compare, latest_pairs
from tenants.hotspots.models import SpatialFinding, SpatialRun
from tenants.interventions.models import Intervention, InterventionSite
from tenants.stock.models import Site


@dataclass
class Watched:
    """A site of the list: why, and whether somebody put it there."""

    site: Site
    reasons: list[str] = field(default_factory=list)
    by_hand: bool = False


def watch_list(principal: Principal) -> list[Watched]:
    """The sites to keep an eye on, the highest level first. Raises PermissionError without `campaigns.read`."""
    found: dict[int, Watched] = {}

    def add(site: Site, reason: str, *, by_hand: bool = False) -> None:
        line = found.setdefault(site.pk, Watched(site))
        line.reasons.append(reason)
        line.by_hand |= by_hand

    campaigns = comparable(principal)
    reach = sites(principal).filter(state=Site.State.MANAGED).order_by()
    for row in WatchedSite.objects.filter(site__in=reach).select_related("site", "site__agency"):
        day = date_format(row.since, "j F Y")
        add(row.site, _("Suivi depuis le %(day)s : %(reason)s") % {"day": day, "reason": row.reason}, by_hand=True)  # fmt: skip
    for before, after in latest_pairs(campaigns):
        whole, _agencies = compare(principal, before, after)
        for move in whole.risen():
            words = {"before": move.before, "after": move.after, "name": after.name}
            add(move.site, _("Passé du niveau %(before)s au niveau %(after)s, %(name)s") % words)
        stayed = [each.site.pk for each in whole.moves if min(each.before, each.after) >= HIGH]
        for site in _left_alone(principal, stayed):
            add(site, _("Niveau 3 ou plus à deux campagnes de suite, sans intervention prévue ni en cours"))  # fmt: skip
    for finding in _among_high(principal):
        add(finding.site, _("Calme au milieu de sites difficiles (points chauds)"))
    return sorted(found.values(), key=lambda each: (-(each.site.current_level or 0), each.site.name))  # fmt: skip


def _left_alone(principal: Principal, pks: list[int]) -> list[Site]:
    at_work = interventions(principal).filter(
        Q(status=Intervention.Status.PLANNED) | Q(status=Intervention.Status.UNDER_WAY)
    )
    covered = InterventionSite.objects.filter(intervention__in=at_work.order_by().values("pk"))
    return list(
        sites(principal)
        .filter(pk__in=pks)
        .exclude(pk__in=covered.values("site_id"))
        .select_related("agency")
    )


def _among_high(principal: Principal) -> list[SpatialFinding]:
    latest = SpatialRun.objects.order_by("-made_at").first()
    if latest is None:
        return []
    return list(
        SpatialFinding.objects.filter(
            run=latest,
            finding=Finding.LOW_AMONG_HIGH.value,
            site__in=sites(principal).filter(state=Site.State.MANAGED).order_by(),
        ).select_related("site", "site__agency")
    )


def watch(principal: Principal, site: Site, reason: str) -> WatchedSite:
    """Follow a site, or say anew why. The caller obtained it through the door."""
    if not principal.may("interventions.write"):
        raise PermissionError("interventions.write")
    row, _created = WatchedSite.objects.update_or_create(
        site=site, defaults={"reason": reason, "by_id": principal.user_id}
    )
    return row


def unwatch(principal: Principal, site: Site) -> None:
    """Stop following a site."""
    if not principal.may("interventions.write"):
        raise PermissionError("interventions.write")
    WatchedSite.objects.filter(site=site).delete()


def trend_of(site: Site) -> list[tuple[str, int | None]]:
    """The level that each campaign kept, oldest first: (name of the campaign, level)."""
    lines = CampaignSite.objects.filter(site=site).exclude(campaign__state="draft")
    rows = lines.order_by("campaign__reference_date", "pk").values_list("campaign__name", "level")
    return list(rows)
