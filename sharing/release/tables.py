"""The linked tables of a release: regions × items (levels, bands, total) × measures, and which cells are unsafe.

A region is a set of atoms, the smallest parts that the published outlines cut (an IRIS within a QPV within a commune).
Atoms are never published, but an unsafe one must not be found by subtraction either: it is a cell like the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from sharing.release.protection.table import Booleans, Floats, Integers, Table
from sharing.release.rules import Thresholds

TOTAL: Final = "total"


@dataclass(frozen=True)
class Items:
    """What is counted in every region: parts (levels), sums of parts (bands), and the total."""

    leaves: tuple[str, ...]
    bands: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Total first, then bands, then leaves: the order of the cells of a region."""
        return (TOTAL, *self.bands, *self.leaves)

    @property
    def sums(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each sum and what it is the sum of."""
        return [(TOTAL, tuple(self.bands) or self.leaves), *self.bands.items()]


LEVEL_ITEMS: Final = Items(("1", "2", "3", "4"), {"1-2": ("1", "2"), "3-4": ("3", "4")})


@dataclass(frozen=True)
class Region:
    """A set of places: `parts` are indices of regions made before it; none for an atom."""

    parts: tuple[int, ...]
    is_published: bool
    block: int  # regions of one commune share a number
    weight: float = 1.0  # how much its figures are wanted
    told: tuple[
        str, ...
    ] = ()  # items that an earlier release told of it: they cannot be taken back


@dataclass(frozen=True)
class Rows:
    """What is counted, one row a site (or a fact): its atom (a region), group, leaf, and amounts by measure."""

    atom: Integers
    group: Integers
    leaf: Integers
    amounts: tuple[Integers, ...]  # the first counts sites, the second dwellings


@dataclass(frozen=True)
class LinkedTables:
    """Regions × items as one `Table`; cell (region, item) is region · len(items) + item."""

    regions: Sequence[Region]
    items: Items
    rows: Rows
    thresholds: Thresholds
    groups: int
    waived: Booleans | None = None

    def cell(self, region: int, item: str) -> int:
        """Number of a cell."""
        return region * len(self.items.names) + self.items.names.index(item)

    @cached_property
    def table(self) -> Table:
        """What the engine protects. Raises ValueError when the sums do not hold."""
        names = self.items.names
        published = np.repeat([region.is_published for region in self.regions], len(names))
        told = np.array([[name in region.told for name in names] for region in self.regions])
        relations, block = self._relations()
        waived = np.zeros(self.groups, dtype=bool) if self.waived is None else self.waived
        return Table(
            contributions=self.contributions,
            relations=relations,
            unsafe=self.unsafe,
            internal=~published,
            fixed=told.ravel(),
            cost=self._cost(),
            block=block,
            p=self.thresholds.p,
            waived=waived,
        )

    @cached_property
    def membership(self) -> csr_array:
        """Which atoms a region holds, (regions, regions), 0 or 1."""
        held: list[set[int]] = []
        for number, region in enumerate(self.regions):
            held.append(
                set().union(*(held[part] for part in region.parts)) if region.parts else {number}
            )
        rows = np.repeat(np.arange(len(held)), [len(atoms) for atoms in held])
        columns = np.array([atom for atoms in held for atom in sorted(atoms)], dtype=np.int64)
        shape = (len(held), len(held))
        return csr_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=shape))

    @cached_property
    def contributions(self) -> tuple[csr_array, ...]:
        """Cells × groups, one matrix a measure."""
        names = self.items.names
        index = {name: number for number, name in enumerate(names)}
        holding = {name: [index[name]] for name in self.items.leaves}
        for band, parts in self.items.bands.items():
            for part in parts:
                holding[part].append(index[band])
        found = []
        for amounts in self.rows.amounts:
            pieces = []
            for item in range(len(names)):
                # The rows of the leaves that the item holds, by atom and group, then over the regions.
                mine = np.array([
                    item == 0 or item in holding[leaf] for leaf in self.items.leaves
                ])[self.rows.leaf]  # fmt: skip
                by_atom = csr_array(
                    coo_array(
                        (
                            amounts[mine].astype(np.float64),
                            (self.rows.atom[mine], self.rows.group[mine]),
                        ),
                        shape=(len(self.regions), self.groups),
                    )
                )
                pieces.append(csr_array(self.membership @ by_atom))
            # Item-major to region-major.
            stacked = csr_array(vstack(pieces))
            order = np.arange(len(names) * len(self.regions)).reshape(len(names), -1).T.ravel()
            matrix = csr_array(stacked[order])
            matrix.eliminate_zeros()
            found.append(matrix)
        return tuple(found)

    def _relations(self) -> tuple[csr_array, Integers]:
        names = self.items.names
        index = {name: number for number, name in enumerate(names)}
        rows: list[int] = []
        columns: list[int] = []
        data: list[int] = []
        block: list[int] = []

        def add(whole: int, parts: list[int], of: int) -> None:
            rows.extend([len(block)] * (len(parts) + 1))
            columns.extend([whole, *parts])
            data.extend([-1] + [1] * len(parts))
            block.append(of)

        for number, region in enumerate(self.regions):
            base = number * len(names)
            for whole, parts in self.items.sums:
                add(base + index[whole], [base + index[part] for part in parts], region.block)
            if region.parts:
                # Sums of a sum follow from those of its leaves.
                for leaf in self.items.leaves:
                    at = index[leaf]
                    add(base + at, [part * len(names) + at for part in region.parts], region.block)
        shape = (len(block), len(self.regions) * len(names))
        matrix = csr_array(
            coo_array((np.array(data, dtype=np.float64), (rows, columns)), shape=shape)
        )
        return matrix, np.array(block, dtype=np.int64)

    def _cost(self) -> Floats:
        """Bands are what a reader looks for; a level alone is given up first, an empty one before a full one."""
        kind = np.array([8.0, *(6.0 for _ in self.items.bands), *(1.0 for _ in self.items.leaves)])
        weight = np.array([region.weight for region in self.regions])
        size = np.log1p(np.asarray(self.contributions[0].sum(axis=1)).ravel())
        return np.asarray(np.outer(weight, kind).ravel() * (1.0 + size))

    @cached_property
    def unsafe(self) -> Booleans:
        """The primary rules, cell by cell."""
        names = self.items.names
        shape = (len(self.regions), len(names))
        rule = self.thresholds
        waived = np.zeros(self.groups, dtype=bool) if self.waived is None else self.waived
        few = np.zeros(shape[0], dtype=bool)
        apart = np.zeros(shape, dtype=bool)  # what the rules on contributors forbid, item by item
        alike = np.zeros(shape[0], dtype=bool)
        minima = (rule.sites, rule.dwellings)
        for measure, minimum in zip(self.contributions, minima, strict=False):
            facts = Contributors.of(measure, waived, rule.p)
            few |= (facts.total.reshape(shape)[:, 0] < minimum) & facts.guarded.reshape(shape)[:, 0]
            crowded = (facts.count >= rule.groups) & ~facts.dominated
            apart |= (~crowded & facts.guarded).reshape(shape)
            alike |= homogeneous(facts, shape, len(self.items.leaves))
        empty = np.asarray(self.contributions[0].sum(axis=1)).reshape(shape)[:, 0] == 0
        population = few | apart[:, 0] | empty
        unsafe = np.zeros(shape, dtype=bool)
        unsafe[:, 0] = population
        told = population | alike
        bands = slice(1, 1 + len(self.items.bands))
        leaves = slice(1 + len(self.items.bands), None)
        unsafe[:, bands] = told[:, np.newaxis]
        unsafe[:, leaves] = told[:, np.newaxis] | apart[:, leaves]
        return unsafe.ravel()


@dataclass(frozen=True)
class Contributors:
    """What the rules ask of each cell's contributors, vectors over the cells."""

    total: Floats
    count: Integers  # groups that contribute
    dominated: Booleans
    guarded: Booleans  # some contributor has signed nothing away, or nobody contributes
    sole: Integers  # the only contributor, −1 where there is none or several

    @classmethod
    def of(cls, matrix: csr_array, waived: Booleans, p: float) -> Contributors:
        """The p % rule with waivers: a protected group is estimated by the largest of the others.

        With X the total, v the largest protected contribution and a the largest of the others', unsafe when
        X − v − a < p/100 · v (Hundepool et al., *Statistical Disclosure Control*, 2012, section 4.2).
        """
        total = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
        count = np.diff(matrix.indptr).astype(np.int64)
        n = len(total)
        rows = np.repeat(np.arange(n), count)
        first, second = np.zeros(n), np.zeros(n)
        holder = np.full(n, -1)
        victim, victim_holder = np.zeros(n), np.full(n, -1)
        order = np.lexsort((-matrix.data, rows))
        data, columns = matrix.data[order], matrix.indices[order]
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        first[rows[rank == 0]], holder[rows[rank == 0]] = data[rank == 0], columns[rank == 0]
        second[rows[rank == 1]] = data[rank == 1]
        for at in np.flatnonzero(~waived[columns])[::-1].tolist():
            victim[rows[at]], victim_holder[rows[at]] = data[at], columns[at]
        adversary = np.where(victim_holder == holder, second, first)
        dominated = (victim > 0) & (total - victim - adversary < p / 100 * victim)
        guarded = (victim > 0) | (count == 0)
        return cls(total, count, dominated, guarded, np.where(count == 1, holder, -1))


def homogeneous(facts: Contributors, shape: tuple[int, int], leaves: int) -> Booleans:
    """Regions where everything that somebody else holds is in one leaf, for the outsider or for a group, (regions,).

    A leaf that a group holds alone is empty to it once it takes its own away.
    """
    filled = (facts.total.reshape(shape)[:, -leaves:] > 0).sum(axis=1)
    sole = facts.sole.reshape(shape)[:, -leaves:]
    most = np.zeros(shape[0], dtype=np.int64)
    for leaf in range(leaves):
        same = (sole == sole[:, [leaf]]) & (sole[:, [leaf]] >= 0)
        most = np.maximum(most, same.sum(axis=1))
    guarded = facts.guarded.reshape(shape)[:, 0]
    return np.asarray((filled - most <= 1) & guarded)
