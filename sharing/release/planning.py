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

from sharing.release.blocks import block_of, blocks_of
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
from sharing.release.rules import Neighbourhood, Thresholds, is_publishable
from sharing.release.sizes import Sized, Telling, steps_of
from sharing.release.subtraction import apart
from sharing.release.tables import LEVEL_ITEMS, TOTAL, Items, LinkedTables, Region, Rows

Progress = Callable[[str, int, int], None]
# What a figure is worth: neighbourhoods are what the report is about, larger areas yield first.
WEIGHT = {NEIGHBOURHOOD: 10.0, ZONE: 12.0, COMMUNE: 1.0, DEPARTEMENT: 3.0}


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
) -> Plan:
    """What may be told of those sites, after what was `told`. Raises UnprotectableError."""
    rated, pending = admit(list(sites), told, thresholds, waived)
    merged = _zones(rated, places, thresholds, waived)
    members = _members(rated, places, merged)
    if not members:
        return Plan({}, {}, Protected(np.zeros(0, dtype=bool), 0, 0), pending)
    geography_of = {code: place.geography for code, place in places.items()}
    tables, keys = link(members, thresholds, (), waived, geography_of)
    outcome = protect(tables.table, progress)
    if told:
        tables, keys, outcome = _with_ledger(
            (tables, keys, outcome),
            link(members, thresholds, told, waived, geography_of),
            progress,
        )
    shown = read_off(tables, keys, outcome)
    steps = round_dwellings(shown, members, told)
    return Plan(shown, members, outcome, pending, steps=steps)


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


def _with_ledger(
    alone: tuple[LinkedTables, Mapping[RegionKey, int], Protected],
    together: tuple[LinkedTables, dict[RegionKey, int]],
    progress: Progress | None,
) -> tuple[LinkedTables, dict[RegionKey, int], Protected]:
    """The release, safe by itself, repaired against what was told before: it only withholds more.

    Unsafe cells alone are looked at: one that is withheld now may well have been told then.
    """
    before, number_before, outcome = alone
    tables, keys = together
    start = np.zeros(tables.table.cells, dtype=bool)
    for key, region in keys.items():
        for item in tables.items.names:
            then = before.cell(number_before[key], item)
            start[tables.cell(region, item)] = outcome.withheld[then]
    unsafe = tables.table.unsafe & ~tables.table.fixed
    return tables, keys, protect(tables.table, progress, start=start, watched=unsafe)


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


def may_be_told(
    sites: Iterable[RatedSite], thresholds: Thresholds, waived: frozenset[int] = frozenset()
) -> bool:
    """Whether a set of sites may be published by itself: as the rules have it, or all of groups that signed a waiver."""
    found = list(sites)
    is_free = bool(found) and all(site.group in waived for site in found)
    return is_free or is_publishable(_cell(found), thresholds)


def _cell(sites: Iterable[RatedSite]) -> Neighbourhood:
    return Neighbourhood.of([(one.site, one.group, one.level, one.dwellings) for one in sites])


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


def link(
    members: Mapping[RegionKey, Sequence[RatedSite]],
    thresholds: Thresholds,
    told: Sequence[Told],
    waived: frozenset[int],
    geography_of: Mapping[str, str] | None = None,
) -> tuple[LinkedTables, dict[RegionKey, int]]:
    """One linked table of what would be told now and what was told; the region number of each key.

    `geography_of`: of the neighbourhoods' codes, where a release holds several that overlap.
    """
    earlier = {site.site: site for region in told for site in region.sites}
    now = {site.site: site for sites in members.values() for site in sites}
    everything = [*now.values(), *(site for number, site in earlier.items() if number not in now)]
    holders: dict[int, list[int]] = defaultdict(list)
    sets = [*members.values(), *(region.sites for region in told)]
    for number, held in enumerate(sets):
        for site in held:
            holders[site.site].append(number)
    signature = [(site.commune, tuple(holders[site.site])) for site in everything]
    atom_of = {one: number for number, one in enumerate(dict.fromkeys(signature))}
    block = blocks_of(everything, atom_of, signature, sets, len(members), list(members))
    regions = [Region((), False, block[one[0]]) for one in atom_of]
    parts: list[list[int]] = [[] for _ in sets]
    for one, number in atom_of.items():
        for held_by in one[1]:
            parts[held_by].append(number)
    keys: dict[RegionKey, int] = {}
    for key, inside in zip(members, parts, strict=False):
        keys[key] = len(regions)
        if key.kind == DEPARTEMENT:
            inside_of = [
                keys[RegionKey(COMMUNE, commune)]
                for commune in sorted({site.commune for site in members[key]})
            ]
            is_nested = _is_partition(members, key)
            regions.append(
                Region(tuple(inside_of if is_nested else inside), True, 0, WEIGHT[key.kind])
            )
        elif inside:
            regions.append(
                Region(tuple(inside), True, block_of(block, members[key]), WEIGHT[key.kind])
            )
        else:
            regions.append(Region((), True, 0, WEIGHT[key.kind]))
    for region, inside in zip(told, parts[len(members) :], strict=True):
        if inside:
            regions.append(
                Region(
                    tuple(inside), False, block_of(block, region.sites), 1.0, tuple(region.items)
                )
            )
    regions += apart(parts, list(members), geography_of or {}, [block[one[0]] for one in atom_of])
    groups = {group: number for number, group in enumerate(sorted({s.group for s in everything}))}
    rows = Rows(
        np.array([atom_of[one] for one in signature], dtype=np.int64),
        np.array([groups[site.group] for site in everything], dtype=np.int64),
        np.array([site.level - 1 for site in everything], dtype=np.int64),
        (
            np.ones(len(everything), dtype=np.int64),
            np.array([site.dwellings for site in everything], dtype=np.int64),
        ),
    )
    signed = np.array([group in waived for group in sorted(groups)], dtype=bool)
    return LinkedTables(regions, LEVEL_ITEMS, rows, thresholds, max(len(groups), 1), signed), keys


def _is_partition(members: Mapping[RegionKey, Sequence[RatedSite]], key: RegionKey) -> bool:
    """Whether a département's communes hold its sites and no others."""
    communes = {site.commune for site in members[key]}
    return sum(len(members[RegionKey(COMMUNE, commune)]) for commune in communes) == len(
        members[key]
    )


def read_off(
    tables: LinkedTables, keys: Mapping[RegionKey, int], outcome: Protected
) -> dict[RegionKey, Shown | None]:
    """What the withheld cells leave of each region."""
    names = tables.items.names
    shown: dict[RegionKey, Shown | None] = {}
    for key, region in keys.items():
        cells = [tables.cell(region, name) for name in names]
        if all(outcome.withheld[cells]):
            shown[key] = None
            continue
        by_measure = [
            {
                name: None if outcome.withheld[cell] else int(values[cell])
                for name, cell in zip(names, cells, strict=True)
            }
            for values in tables.table.values
        ]
        atoms = tables.membership[[region]].indices
        inside = np.isin(tables.rows.atom, atoms)
        groups = len(np.unique(tables.rows.group[inside]))
        shown[key] = Shown(by_measure[0], by_measure[1], groups)
    return shown


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
    "plan_release",
]
