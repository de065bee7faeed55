"""Figures of a campaign, within the reach of who asks: how far it has come, what it has found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.principal import Principal
from tenants.access import assessable_sites, assessments, sites
from tenants.campaigns.models import Assessment, Campaign, CampaignSite, CounterVisit, Publication


@dataclass(frozen=True)
class Completion:
    """Counts of sites of one agency (or of all): in the campaign, rated, settled, waiting for a counter-visit."""

    agency: str
    total: int
    rated: int
    settled: int
    waiting: int

    @property
    def share(self) -> float:
        """Rated sites over sites, 0 to 1."""
        return self.rated / self.total if self.total else 0.0


def _first_ratings(campaign: Campaign) -> QuerySet[Assessment]:
    return Assessment.objects.filter(
        campaign=campaign, kind=Assessment.Kind.FIRST, site_id=OuterRef("site_id")
    )


def lines_within_reach(principal: Principal, campaign: Campaign) -> QuerySet[CampaignSite]:
    """The campaign's sites that the principal may see, with `rated` and `waiting` (booleans)."""
    pending = CounterVisit.objects.filter(
        campaign=campaign, site_id=OuterRef("site_id"), state=CounterVisit.State.PENDING
    )
    lines: QuerySet[CampaignSite] = CampaignSite.objects.filter(
        campaign=campaign, site__in=sites(principal).order_by()
    ).annotate(rated=Exists(_first_ratings(campaign)), waiting=Exists(pending))
    return lines


def completion_by_agency(principal: Principal, campaign: Campaign) -> list[Completion]:
    """One line an agency, by name; sites without an agency come last, under an empty name."""
    rows = (
        lines_within_reach(principal, campaign)
        .values("site__agency__name")
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(rated=True)),
            settled=Count("pk", filter=Q(level__isnull=False)),
            visits=Count("pk", filter=Q(waiting=True)),
        )
        .order_by("site__agency__name")
    )
    return [
        Completion(
            row["site__agency__name"] or "",
            row["total"],
            row["done"],
            row["settled"],
            row["visits"],
        )
        for row in rows
    ]


def total_of(rows: list[Completion]) -> Completion:
    """The sum of the lines."""
    return Completion(
        "",
        sum(row.total for row in rows),
        sum(row.rated for row in rows),
        sum(row.settled for row in rows),
        sum(row.waiting for row in rows),
    )


def dwellings_by_level(lines: QuerySet[CampaignSite]) -> dict[int, int]:
    """Dwellings of a campaign's lines by settled level; 0 for those that are not settled."""
    rows = lines.order_by().values_list("level").annotate(total=Sum("dwellings"))
    return {level or 0: total for level, total in rows}


def ratable_lines(principal: Principal, campaign: Campaign) -> QuerySet[CampaignSite]:
    """The campaign's sites that the principal may rate."""
    lines: QuerySet[CampaignSite] = CampaignSite.objects.filter(
        campaign=campaign, site__in=assessable_sites(principal).order_by()
    )
    return lines


def to_rate(principal: Principal, campaign: Campaign) -> QuerySet[CampaignSite]:
    """Those that nobody has rated yet, by name."""
    return (
        ratable_lines(principal, campaign)
        .filter(~Exists(_first_ratings(campaign)))
        .select_related("site", "site__agency")
        .order_by("site__name", "pk")
    )


def published_changes(principal: Principal) -> QuerySet[Publication]:
    """Published levels within reach that differ from the one before, the newest first."""
    rows: QuerySet[Publication] = (
        Publication.objects.filter(site__in=sites(principal).order_by())
        .exclude(level=F("previous_level"), previous_level__isnull=False)
        .select_related("site", "campaign")
        .order_by("-published_at", "-pk")
    )
    return rows


def undecided(principal: Principal, campaign: Campaign) -> QuerySet[Assessment]:
    """First ratings waiting for a decision, by site; `rivals` counts the undecided ratings of the same site."""
    same_site = (
        Assessment.objects.filter(
            campaign=campaign,
            kind=Assessment.Kind.FIRST,
            decisions=None,
            site_id=OuterRef("site_id"),
        )
        .order_by()
        .values("site_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows: QuerySet[Assessment] = (
        assessments(principal)
        .filter(campaign=campaign, kind=Assessment.Kind.FIRST, decisions=None)
        .annotate(rivals=Coalesce(Subquery(same_site, output_field=IntegerField()), 0))
        .select_related("site", "site__agency", "rated_by")
        .order_by("site__name", "rated_at", "pk")
    )
    return rows
