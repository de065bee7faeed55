"""From rated sites to what a release tells: regroup, link, protect, read off. Pure functions.

Regions of a release: the neighbourhoods of one geography, zones (neighbourhoods published together), communes and
départements. What earlier releases told is part of the same linked tables, as if no level had changed since: that is
the worst case, and it makes any two releases differ by no set of sites that could not be published itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sharing.release import counts
from sharing.release.further import Further, facts_told
from sharing.release.linking import (
    WEIGHT,
    everything_of,
    link,
    may_be_told,
    read_off,
    with_ledger,
)
from sharing.release.protection import Protected, protect
from sharing.release.regions import (
    COMMUNE,
    DEPARTEMENT,
    NEIGHBOURHOOD,
    ZONE,
    Place,
    RatedSite,
    RegionKey,
    Shown,
    Told,
)
from sharing.release.regrouping import zones
from sharing.release.rules import Thresholds
from sharing.release.sizes import Sized, Telling, steps_of
from sharing.release.tables import LEVEL_ITEMS, TOTAL, Items

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """A release: what is told by region (None: withheld), the sites that each region counts, and how it was protected."""

    shown: dict[RegionKey, Shown | None]
    members: dict[RegionKey, list[RatedSite]]
    outcome: Protected
    pending: frozenset[int] = (
        frozenset()
    )  # sites that wait, since what they add could be told apart
    items: Items = field(default=LEVEL_ITEMS)
    steps: dict[RegionKey, int | None] = field(
        default_factory=dict
    )  # to which dwellings are rounded
    # Further tables by name (sharing.release.counts): what is told by region and item, None where it is withheld.
    further: dict[str, Further] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Shown | None]:
        """Regions of one kind, by name."""
        return {key.name: shown for key, shown in self.shown.items() if key.kind == kind}

    @property
    def told(self) -> list[Told]:
        """What the ledger keeps of it."""
        return [
            Told(
                self.members[key],
                [item for item, value in shown.sites.items() if value is not None],
                self.steps.get(key) or 0,
                {
                    name: [item for item, value in told.items() if value is not None]
                    for name, by_region in self.further.items()
                    if (told := by_region.get(key)) is not None
                },
            )
            for key, shown in self.shown.items()
            if shown is not None
        ]

    def coverage(self) -> float:
        """Share of the neighbourhoods' dwellings that lie in a neighbourhood or zone with published bands, 0..1."""
        covered: set[str] = set()
        for key, shown in self.shown.items():
            if key.kind in {NEIGHBOURHOOD, ZONE} and shown is not None and shown.has_bands:
                covered.update(key.name.split())
        # Geographies overlap: a site counts once.
        inside = {
            site.site: site
            for key in self.shown
            if key.kind == NEIGHBOURHOOD
            for site in self.members[key]
        }
        total = sum(site.dwellings for site in inside.values())
        found = sum(
            site.dwellings
            for site in inside.values()
            if not covered.isdisjoint(site.neighbourhoods)
        )
        return found / total if total else 0.0


def plan_release(
    sites: Iterable[RatedSite],
    places: Mapping[str, Place],
    thresholds: Thresholds,
    *,
    told: Sequence[Told] = (),
    waived: frozenset[int] = frozenset(),
    progress: Progress | None = None,
    facts: counts.Amounts | None = None,
) -> Plan:
    """What may be told of those sites, after what was `told`. Raises UnprotectableError.

    `facts`: by site and family, for a further table.
    """
    rated, pending = admit(list(sites), told, thresholds, waived)
    merged = _zones(rated, places, thresholds, waived)
    members = _members(rated, places, merged)
    if not members:
        return Plan({}, {}, Protected(np.zeros(0, dtype=bool), 0, 0), pending)
    geography_of = {code: place.geography for code, place in places.items()}
    tables, keys = link(members, thresholds, (), waived, geography_of)
    outcome = protect(tables.table, progress)
    if told:
        tables, keys, outcome = with_ledger(
            (tables, keys, outcome),
            link(members, thresholds, told, waived, geography_of),
            progress,
        )
    shown = read_off(tables, keys, outcome)
    steps = round_dwellings(shown, members, told)
    further = {}
    # A waiver speaks of levels: facts are protected as if none were signed.
    knows = (thresholds, frozenset[int](), geography_of)
    if facts:
        further[counts.FACTS] = facts_told(shown, members, facts, told, knows, progress)
    return Plan(shown, members, outcome, pending, steps=steps, further=further)


def round_dwellings(
    shown: Mapping[RegionKey, Shown | None],
    members: Mapping[RegionKey, Sequence[RatedSite]],
    told: Sequence[Told],
) -> dict[RegionKey, int | None]:
    """To which step each region that tells bands rounds its dwellings; None where it tells sites alone."""
    keys = [key for key, found in shown.items() if found is not None and found.has_bands]
    tellings = [Telling(_sized(members[key]), _told_items(shown[key])) for key in keys]
    tellings += [
        Telling(_sized(region.sites), region.items, region.step)
        for region in told
        if {"1-2", "3-4"} <= set(region.items)
    ]
    return dict(zip(keys, steps_of(tellings)[: len(keys)], strict=True))


def _sized(sites: Iterable[RatedSite]) -> list[Sized]:
    return [Sized(site.site, site.group, site.level, site.dwellings) for site in sites]


def _told_items(shown: Shown | None) -> list[str]:
    return (
        [] if shown is None else [item for item, value in shown.sites.items() if value is not None]
    )


def admit(
    sites: list[RatedSite],
    told: Sequence[Told],
    thresholds: Thresholds,
    waived: frozenset[int] = frozenset(),
) -> tuple[list[RatedSite], frozenset[int]]:
    """The sites that enter, and those that wait: newcomers to a place enter once they could be told apart safely."""
    known = {site.site for region in told for site in region.sites}
    if not known:
        return sites, frozenset()
    fresh: dict[tuple[str, str], list[RatedSite]] = defaultdict(list)
    for site in sites:
        if site.site not in known:
            fresh[site.commune, site.neighbourhood].append(site)
    waiting = frozenset(
        site.site
        for newcomers in fresh.values()
        if not may_be_told(newcomers, thresholds, waived)
        for site in newcomers
    )
    return [site for site in sites if site.site not in waiting], waiting


def _zones(
    sites: Sequence[RatedSite],
    places: Mapping[str, Place],
    thresholds: Thresholds,
    waived: frozenset[int],
) -> list[tuple[str, ...]]:
    """Neighbourhoods of one geography that are published together."""
    by_code: dict[str, list[RatedSite]] = defaultdict(list)
    for site in sites:
        for code in site.neighbourhoods:
            by_code[code].append(site)
    return [
        zone
        for geography in sorted({place.geography for place in places.values()})
        for zone in _zones_of(
            by_code,
            {code: place for code, place in places.items() if place.geography == geography},
            thresholds,
            waived,
        )
    ]


def _zones_of(
    by_code: Mapping[str, Sequence[RatedSite]],
    places: Mapping[str, Place],
    thresholds: Thresholds,
    waived: frozenset[int],
) -> list[tuple[str, ...]]:
    codes = sorted(places)

    def is_safe(numbers: Sequence[int]) -> bool:
        return may_be_told(
            (site for number in numbers for site in by_code.get(codes[number], ())),
            thresholds,
            waived,
        )

    found = zones(
        {number: places[code].commune for number, code in enumerate(codes)},
        {
            number: sum(site.dwellings for site in by_code.get(code, ()))
            for number, code in enumerate(codes)
        },
        {number: places[code].point for number, code in enumerate(codes)},
        is_safe,
    )
    return [tuple(codes[number] for number in zone) for zone in found]


def _members(
    sites: Sequence[RatedSite], places: Mapping[str, Place], merged: Sequence[tuple[str, ...]]
) -> dict[RegionKey, list[RatedSite]]:
    """The sites of every region, those without any included: absence tells nothing."""
    members: dict[RegionKey, list[RatedSite]] = {
        RegionKey(NEIGHBOURHOOD, code): [] for code in sorted(places)
    }
    zone_of = {code: " ".join(zone) for zone in merged for code in zone}
    for zone in merged:
        members[RegionKey(ZONE, " ".join(zone))] = []
    for place in sorted(set(places.values()), key=lambda place: place.commune):
        members[RegionKey(COMMUNE, place.commune)] = []
    for site in sites:
        for code in site.neighbourhoods:
            if code in places:
                members[RegionKey(NEIGHBOURHOOD, code)].append(site)
            if code in zone_of:
                members[RegionKey(ZONE, zone_of[code])].append(site)
        members.setdefault(RegionKey(COMMUNE, site.commune), []).append(site)
        members.setdefault(RegionKey(DEPARTEMENT, site.departement), []).append(site)
    # Départements last: they are sums of communes.
    return dict(sorted(members.items(), key=lambda item: list(WEIGHT).index(item[0].kind)))


__all__ = [
    "COMMUNE",
    "DEPARTEMENT",
    "NEIGHBOURHOOD",
    "TOTAL",
    "ZONE",
    "Place",
    "Plan",
    "RatedSite",
    "RegionKey",
    "Shown",
    "Told",
    "everything_of",
    "link",
    "may_be_told",
    "plan_release",
    "read_off",
]
