"""What the card of a site tells: its levels over time, its facts, its interventions, what partners read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from accounts.principal import Principal
from tenants.access import assessments, counter_visits, incidents, interventions, ratable_campaigns
from tenants.campaigns.grids import AnswerShown, answers_shown, grid_of
from tenants.campaigns.models import (
    Assessment,
    Campaign,
    CampaignSite,
    CounterVisit,
    Decision,
    Publication,
)
from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILIES
from tenants.interventions.models import Intervention
from tenants.stock.models import Site

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class FamilyCount:
    """Facts of one family over the last twelve months."""

    label: str | Promise
    count: int


def trend(site: Site) -> list[tuple[str, int | None]]:
    """The level that each campaign kept, oldest first, as (year of its reference date, level or None)."""
    lines = (
        CampaignSite.objects.filter(site=site)
        .exclude(campaign__state=Campaign.State.DRAFT)
        .order_by("campaign__reference_date", "pk")
        .values_list("campaign__reference_date", "level")
    )
    return [(str(day.year), level) for day, level in lines]


def settling_assessment(principal: Principal, site: Site) -> Assessment | None:
    """The last validated rating that counts: a level 4 counts once its counter-visit is done, or as a file gave it."""
    if not principal.may("campaigns.read"):
        return None
    rows: QuerySet[Assessment] = (
        assessments(principal)
        .filter(
            Q(kind=Assessment.Kind.COUNTER_VISIT)
            | Q(level__lt=4)
            | Q(decisions__file_import__isnull=False),
            site=site,
            decisions__outcome=Decision.Outcome.VALIDATED,
        )
        .select_related("campaign__grid", "campaign__own_grid", "rated_by")
        .order_by("-decisions__decided_at", "-pk")
    )
    return rows.first()


def answers_of(assessment: Assessment) -> list[AnswerShown]:
    """Its answers in the words of its grid."""
    return answers_shown(assessment.campaign, grid_of(assessment.campaign), assessment)


def ticked_facts(assessment: Assessment) -> list[str]:
    """The facts that were ticked, in the words of its grid."""
    grid = grid_of(assessment.campaign)
    return [tick.label for tick in grid.ticks if tick.code in assessment.ticks]


def facts_by_family(principal: Principal, site: Site) -> list[FamilyCount]:
    """Facts of the last twelve months, most frequent family first; families without a fact are left out."""
    since = timezone.localdate() - YEAR
    rows = (
        incidents(principal)
        .filter(site=site, occurred_on__gt=since)
        .order_by()
        .values_list("family")
        .annotate(n=Count("pk"))
        .order_by("-n", "family")
    )
    labels = dict(FAMILIES)
    return [FamilyCount(labels[family], count) for family, count in rows]


def latest_facts(principal: Principal, site: Site) -> QuerySet[Incident]:
    """The last five facts."""
    return incidents(principal).filter(site=site).order_by("-occurred_on", "-pk")[:5]


def interventions_on(principal: Principal, site: Site) -> QuerySet[Intervention]:
    """Interventions that cover the site, the newest first."""
    return (
        interventions(principal)
        .filter(site_links__site=site)
        .select_related("lever")
        .order_by("-starts_on", "-pk")
    )


def visits_of(principal: Principal, site: Site) -> QuerySet[CounterVisit]:
    """The counter-visits of the site, the newest first."""
    return (
        counter_visits(principal)
        .filter(site=site)
        .select_related("campaign", "result")
        .order_by("-opened_at", "-pk")
    )


def publications_of(site: Site) -> QuerySet[Publication]:
    """What partners could read, the newest first."""
    return Publication.objects.filter(site=site).select_related("campaign")


def campaigns_to_rate_in(principal: Principal, site: Site) -> QuerySet[Campaign]:
    """The open campaigns that hold the site, for whoever may rate it."""
    return ratable_campaigns(principal).filter(state=Campaign.State.OPEN, sites__site=site)
