"""Rated sites as linked tables, and what the withheld cells leave of them. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from sharing.release.blocks import block_of, blocks_of
from sharing.release.protection import Protected, protect
from sharing.release.regions import (
    COMMUNE,
    DEPARTEMENT,
    NEIGHBOURHOOD,
    ZONE,
    RatedSite,
    RegionKey,
    Shown,
    Told,
)
from sharing.release.rules import Neighbourhood, Thresholds, is_publishable
from sharing.release.subtraction import apart
from sharing.release.tables import LEVEL_ITEMS, LinkedTables, Region, Rows

Progress = Callable[[str, int, int], None]
# What a figure is worth: neighbourhoods are what the report is about, larger areas yield first.
WEIGHT = {NEIGHBOURHOOD: 10.0, ZONE: 12.0, COMMUNE: 1.0, DEPARTEMENT: 3.0}


def may_be_told(
    sites: Iterable[RatedSite], thresholds: Thresholds, waived: frozenset[int] = frozenset()
) -> bool:
    """Whether a set of sites may be published by itself: as the rules have it, or all of groups that signed a waiver."""
    found = list(sites)
    is_free = bool(found) and all(site.group in waived for site in found)
    return is_free or is_publishable(_cell(found), thresholds)


def _cell(sites: Iterable[RatedSite]) -> Neighbourhood:
    return Neighbourhood.of([(one.site, one.group, one.level, one.dwellings) for one in sites])


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
    everything = everything_of(members, told)
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


def everything_of(
    members: Mapping[RegionKey, Sequence[RatedSite]], told: Sequence[Told]
) -> list[RatedSite]:
    """Every site once, those of earlier releases that are gone too: the rows of what `link` makes, in their order."""
    earlier = {site.site: site for region in told for site in region.sites}
    now = {site.site: site for sites in members.values() for site in sites}
    return [*now.values(), *(site for number, site in earlier.items() if number not in now)]


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


def with_ledger(
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
