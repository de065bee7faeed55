"""Each view as marks on sites: a number from 0 to 4 that symbol, legend and list share.

niveaux: the level, 0 without one. evolution: 1 better, 2 same, 3 worse, 0 not comparable. faits: the level; `facts`
counts. points-chauds: 1 calm, 2 alone among calm ones, 3 to watch, 4 hot spot or cluster of level 4.
"""

from __future__ import annotations

from typing import Any, Final, cast

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.principal import Principal
from gis.statistics.local import Finding
from tenants.access import sites
from tenants.hotspots.models import Measure
from tenants.hotspots.services import last_run
from tenants.maps.choices import CHANGE_VIEW, FACTS_VIEW, HOTSPOT_VIEW, MapChoice
from tenants.stock.filters import FACTS_WINDOW
from tenants.stock.models import Site

BETTER, SAME, WORSE = 1, 2, 3
HOTSPOT_MARKS: Final = {
    Finding.COLD: 1,
    Finding.HIGH_AMONG_LOW: 2,
    Finding.LOW_AMONG_HIGH: 3,
    Finding.HOT: 4,
    Finding.JOINED: 4,
}


def marked(principal: Principal, choice: MapChoice) -> QuerySet[Any]:
    """The managed sites within reach that the choice leaves, each with its `mark`; the legend is not applied yet."""
    rows = choice.sites.apply(sites(principal)).filter(state=Site.State.MANAGED)
    if choice.view == CHANGE_VIEW:
        return _changes(rows, choice)
    if choice.view == FACTS_VIEW:
        return _facts(rows, choice)
    if choice.view == HOTSPOT_VIEW:
        return _hotspots(rows, principal)
    if choice.campaign is not None:
        return cast(
            "QuerySet[Any]",
            _of_campaign(rows, choice.campaign, "kept").annotate(mark=Coalesce("kept__level", 0)),
        )
    return cast("QuerySet[Any]", rows.annotate(mark=Coalesce("current_level", 0)))


def shown(principal: Principal, choice: MapChoice) -> QuerySet[Any]:
    """Those whose entry of the legend is ticked."""
    rows = marked(principal, choice)
    return rows if choice.marks is None else rows.filter(mark__in=choice.marks)


def _of_campaign(rows: QuerySet[Any], campaign: Any, name: str) -> QuerySet[Any]:
    relation = FilteredRelation("campaign_sites", condition=Q(campaign_sites__campaign=campaign))
    return cast(
        "QuerySet[Any]", rows.annotate(**{name: relation}).filter(**{f"{name}__isnull": False})
    )


def _changes(rows: QuerySet[Any], choice: MapChoice) -> QuerySet[Any]:
    if choice.before is None or choice.after is None:
        return cast(
            "QuerySet[Any]",
            rows.none().annotate(
                mark=Value(0), was=Value(None, output_field=IntegerField()), now=Value(0)
            ),
        )
    rows = _of_campaign(rows, choice.after, "later")
    earlier = FilteredRelation(
        "campaign_sites", condition=Q(campaign_sites__campaign=choice.before)
    )
    rows = rows.annotate(earlier=earlier, was=F("earlier__level"), now=F("later__level"))
    return cast(
        "QuerySet[Any]",
        rows.annotate(
            mark=Case(
                When(Q(was__isnull=True) | Q(now__isnull=True), then=0),
                When(now__lt=F("was"), then=BETTER),
                When(now=F("was"), then=SAME),
                default=WORSE,
                output_field=IntegerField(),
            )
        ),
    )


def _facts(rows: QuerySet[Any], choice: MapChoice) -> QuerySet[Any]:
    counted = Q(incidents__occurred_on__gte=timezone.localdate() - FACTS_WINDOW)
    if choice.family:
        counted &= Q(incidents__family=choice.family)
    return cast(
        "QuerySet[Any]",
        rows.annotate(
            facts=Count("incidents", filter=counted), mark=Coalesce("current_level", 0)
        ).filter(facts__gt=0),
    )


def _hotspots(rows: QuerySet[Any], principal: Principal) -> QuerySet[Any]:
    counted = Q(spatial_findings__run=last_run(principal))
    if not principal.may("incidents.read"):
        counted &= ~Q(spatial_findings__measure=Measure.FACTS)
    number = Case(
        *(
            When(spatial_findings__finding=each.value, then=mark)
            for each, mark in HOTSPOT_MARKS.items()
        ),
        output_field=IntegerField(),
    )
    return cast(
        "QuerySet[Any]", rows.annotate(mark=Max(number, filter=counted)).filter(mark__isnull=False)
    )


def in_order(rows: QuerySet[Any], choice: MapChoice) -> QuerySet[Any]:
    """What calls for a decision first; the larger site before the smaller."""
    if choice.view == FACTS_VIEW:
        return rows.order_by("-facts", "-mark", "name", "pk")
    if choice.view == CHANGE_VIEW:
        return rows.order_by("-mark", F("now").desc(nulls_last=True), "-dwellings", "name", "pk")
    return rows.order_by("-mark", "-dwellings", "name", "pk")
