"""Counts over the regions of a release beside its levels: facts by family.

They speak of the regions whose levels are told, and of no other. They are a system of linked tables of their own: facts
of a site say nothing of its level. They are protected by the same engine, and attacked alike. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from sharing.release.protection.table import Booleans
from sharing.release.regions import RatedSite, RegionKey, Told
from sharing.release.tables import (
    Contributors,
    Items,
    LinkedTables,
    Rows,
)

FACTS: Final = "facts"

Told_ = dict[str, int | None]
Amounts = Mapping[int, Mapping[str, int]]  # by site and leaf


@dataclass(frozen=True)
class CountTables(LinkedTables):
    """Counts over the regions of a release.

    `closed`: regions of which nothing may be told, as their sites are too few or too much of one group. Beside that,
    every figure asks for contributors of its own.
    """

    closed: Booleans = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @cached_property
    def unsafe(self) -> Booleans:
        """The primary rules, cell by cell."""
        shape = (len(self.regions), len(self.items.names))
        waived = np.zeros(self.groups, dtype=bool) if self.waived is None else self.waived
        facts = Contributors.of(self.contributions[0], waived, self.thresholds.p)
        unsafe = np.repeat(self.closed[:, np.newaxis], shape[1], axis=1)
        crowded = (facts.count >= self.thresholds.groups) & ~facts.dominated
        unsafe |= ((facts.total > 0) & ~crowded & facts.guarded).reshape(shape)
        return np.asarray(unsafe.ravel())


def families(facts: Amounts) -> Items:
    """The items of a table of facts: its families, in the order of their names."""
    return Items(tuple(sorted({leaf for by_leaf in facts.values() for leaf in by_leaf})), {})


def count_tables(
    linked: LinkedTables,
    everything: Sequence[RatedSite],
    amounts: Amounts,
    items: Items,
    closed: Booleans,
    open_regions: Iterable[int],
) -> CountTables:
    """Counts over the regions of `linked`, whose rows are `everything` in that order.

    `open_regions`: numbers of the regions that may tell theirs.
    """
    may_tell = set(open_regions)
    regions = [
        replace(
            region,
            is_published=number in may_tell,
            told=tuple(one for one in region.told if one in items.names),
        )
        for number, region in enumerate(linked.regions)
    ]  # fmt: skip
    leaf_of = {leaf: number for number, leaf in enumerate(items.leaves)}
    found = [
        (linked.rows.atom[row], linked.rows.group[row], leaf_of[leaf], amount)
        for row, site in enumerate(everything)
        for leaf, amount in amounts.get(site.site, {}).items()
        if amount
    ]
    table = np.array(found, dtype=np.int64).reshape(len(found), 4)
    rows = Rows(table[:, 0], table[:, 1], table[:, 2], (table[:, 3],))
    return CountTables(
        regions, items, rows, linked.thresholds, linked.groups, linked.waived, closed
    )


def told_of(told: Sequence[Told], name: str) -> list[Told]:
    """The regions of earlier releases with what they told in a further table."""
    return [replace(one, items=list(one.further.get(name, ()))) for one in told]


def read_counts(
    tables: CountTables, keys: Mapping[RegionKey, int], withheld: Booleans
) -> dict[RegionKey, Told_ | None]:
    """What the withheld cells leave of each region; None where nothing."""
    values = tables.table.values[0]
    shown: dict[RegionKey, Told_ | None] = {}
    for key, region in keys.items():
        cells = {name: tables.cell(region, name) for name in tables.items.names}
        told = {name: None if withheld[cell] else int(values[cell]) for name, cell in cells.items()}
        is_open = tables.regions[region].is_published
        shown[key] = told if is_open and any(one is not None for one in told.values()) else None
    return shown
