"""Each view of the shared map as marks on sites: a number that symbol, legend and list share.

niveaux: the level published in a campaign. nouveautes: 1 lower, 3 higher, 4 new to the reader. evolution: 1 lower, 2 the
same, 3 higher, 0 not comparable. faits: the level published last; `facts` counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from django.contrib.gis.geos import Polygon
from django.db.models import F, QuerySet, Sum

from accounts.principal import Principal
from gis.tiles.facts import facts_tile
from gis.tiles.snapshot import Snapshot
from sharing.access import changes_since, fact_counts, round_levels, shared_sites
from sharing.access.models import SharedRoundLevel, SharedSite, number_of
from sharing.rounds.models import CampaignRound
from sharing.sites.filters import inside
from sharing.sites.map_choice import CHANGE_VIEW, FACTS_VIEW, NEWS_VIEW, SharedChoice
from sharing.sites.map_readings import shared_reading
from sharing.visits.services import previous_visit
from tenants.tiles import own

INCOMPARABLE, LOWER, SAME, HIGHER, NEW = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Mark:
    """What a view says of one site. `was` and `now`: levels of the two moments that it compares, None where unknown."""

    number: int
    was: int | None = None
    now: int | None = None
    facts: int = 0


@dataclass(frozen=True)
class Marked:
    """A site with its mark."""

    site: SharedSite
    mark: Mark


MOST_URGENT: Final = 60  # rows of the list beside the map


def marks_of(principal: Principal, choice: SharedChoice) -> dict[UUID, Mark]:
    """The mark of each site that the view and the filters leave; the legend is not applied yet."""
    if choice.view == NEWS_VIEW:
        return _news(principal, choice)
    if choice.view == FACTS_VIEW:
        return _facts(principal, choice)
    if choice.view == CHANGE_VIEW and choice.before and choice.after:
        return _changes(principal, choice, choice.before, choice.after)
    if choice.round is not None:
        levels = _levels_at(principal, choice.round)
        kept = _kept(principal, choice, _at(principal, choice.round))
        return {key: Mark(levels[key]) for key, _now in kept}
    return {key: Mark(level) for key, level in _kept(principal, choice)}


def _kept(
    principal: Principal, choice: SharedChoice, told: QuerySet[SharedRoundLevel] | list[UUID] | None = None
) -> Iterable[tuple[UUID, int]]:  # fmt: skip
    """Keys and published levels of the sites that the filters leave, of those alone that `told` names."""
    sites = choice.sites.apply(shared_sites(principal)).order_by()
    if isinstance(told, list):
        sites = sites.filter(key__in=told)
    elif told is not None:
        sites = sites.filter(key__in=told.values("key"))
    return sites.values_list("key", "level")


def _at(principal: Principal, moment: CampaignRound) -> QuerySet[SharedRoundLevel]:
    return round_levels(principal).filter(round_key=moment.key)


def _levels_at(principal: Principal, moment: CampaignRound) -> dict[UUID, int]:
    return dict(_at(principal, moment).values_list("key", "level"))


def _news(principal: Principal, choice: SharedChoice) -> dict[UUID, Mark]:
    """What changed since the previous visit. A level published again unchanged is no news."""
    changes = changes_since(principal, previous_visit(principal)).exclude(previous_level=F("level"))
    before: dict[UUID, int | None] = dict(changes.values_list("key", "previous_level"))
    if not before:
        return {}
    found = {}
    for key, level in _kept(principal, choice, list(before)):
        was = before[key]
        number = NEW if was is None else HIGHER if level > was else LOWER
        found[key] = Mark(number, was, level)
    return found


def _changes(
    principal: Principal, choice: SharedChoice, before: CampaignRound, after: CampaignRound
) -> dict[UUID, Mark]:
    earlier, later = _levels_at(principal, before), _levels_at(principal, after)
    found = {}
    for key, _level in _kept(principal, choice, _at(principal, after)):
        was, now = earlier.get(key), later[key]
        number = INCOMPARABLE if was is None else SAME + (now > was) - (now < was)
        found[key] = Mark(number, was, now)
    return found


def _facts(principal: Principal, choice: SharedChoice) -> dict[UUID, Mark]:
    counted = fact_counts(principal)
    if choice.family:
        counted = counted.filter(family=choice.family)
    facts: dict[UUID, int] = dict(
        counted.order_by().values("key").annotate(n=Sum("facts")).values_list("key", "n")
    )
    return {
        key: Mark(level, facts=facts[key])
        for key, level in _kept(principal, choice)
        if key in facts
    }


def listed(
    principal: Principal, choice: SharedChoice, window: Polygon | None, most: int | None = MOST_URGENT
) -> tuple[list[Marked], int]:  # fmt: skip
    """The sites of the view inside the window, what calls for a look first, `most` of them; and how many there are."""
    marks = {
        key: mark
        for key, mark in marks_of(principal, choice).items()
        if choice.marks is None or mark.number in choice.marks
    }
    if not marks:
        return [], 0
    sites = shared_sites(principal).filter(key__in=list(marks))
    if window is not None:
        sites = inside(sites, window)
    names = sites.order_by().values_list("key", "level", "name")

    def urgency(row: tuple[UUID, int, str]) -> tuple[int, int, int, str, UUID]:
        key, level, name = row
        return -marks[key].facts, -marks[key].number, -level, name, key

    order = [key for key, _level, _name in sorted(names, key=urgency)]
    found = {site.key: site for site in shared_sites(principal).filter(key__in=order[:most])}
    return [Marked(found[key], marks[key]) for key in order[:most]], len(order)


def mark_tile(principal: Principal, choice: SharedChoice, z: int, x: int, y: int) -> bytes:
    """One tile of the view: layers `points` and `clusters` (`level` is the mark), or `facts` (n, level).

    Positions are those of the reader's own snapshot. Raises OutsideGridError.
    """
    marks = {number_of(key): mark for key, mark in marks_of(principal, choice).items()}
    reading = shared_reading(principal)
    known = own.store().snapshot(reading.scope, reading.version, reading.load)
    placed = known.only(np.fromiter(marks, dtype=np.uint64, count=len(marks)))
    if not len(placed):
        return Snapshot([], [], [], [], []).tile(z, x, y)
    shown = [marks[int(key)] for key in placed.key]
    numbers = np.array([mark.number for mark in shown])
    if choice.view == FACTS_VIEW:
        facts = np.array([mark.facts for mark in shown])
        return facts_tile((placed.x, placed.y, facts, numbers, placed.key), z, x, y)
    return Snapshot(placed.x, placed.y, numbers, placed.dwellings, placed.key).tile(z, x, y)
