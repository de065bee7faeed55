"""What the engine protects: cells with their contributions, and the sums that bind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

OUTSIDER = -1


@dataclass(frozen=True)
class Table:
    """Linked additive tables: every cell is a sum of non-negative contributions of groups, `relations @ cells = 0`.

    Shapes: n cells, k groups, r relations. One pattern of withheld cells serves all measures (sites, dwellings): a
    measure published alone would tell where the other is zero.
    """

    contributions: tuple[csr_array, ...]  # one a measure, (n, k), integers ≥ 0
    relations: csr_array  # (r, n), coefficients −1, 0, 1
    unsafe: Booleans  # (n,) primary: the cell may not be told
    internal: Booleans  # (n,) never published whatever happens: parts that the relations need
    fixed: Booleans  # (n,) told already (an earlier release): cannot be taken back
    cost: Floats  # (n,) what withholding the cell costs, > 0
    block: Integers  # (r,) relations that are solved together first: one number a commune
    p: float  # percentage of the p % rule, secret
    waived: Booleans = field(default_factory=lambda: np.zeros(0, dtype=bool))  # (k,) signed away

    def __post_init__(self) -> None:
        """Check shapes and sums. Raises ValueError."""
        for measure in self.contributions:
            if measure.shape[0] != self.relations.shape[1]:
                raise ValueError("contributions and relations speak of different cells")
            if np.any(self.relations @ measure.sum(axis=1) != 0):
                raise ValueError("the relations do not hold")

    @property
    def cells(self) -> int:
        """Number of cells."""
        return int(self.relations.shape[1])

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.contributions[0].shape[1])

    @cached_property
    def values(self) -> tuple[Floats, ...]:
        """The cells' values, one vector a measure."""
        return tuple(
            np.asarray(m.sum(axis=1), dtype=np.float64).ravel() for m in self.contributions
        )

    @cached_property
    def protects(self) -> Booleans:
        """Groups that are protected: those that signed nothing away, (k,)."""
        if len(self.waived) == 0:
            return np.ones(self.groups, dtype=bool)
        return ~self.waived

    @cached_property
    def only_block(self) -> Integers:
        """The block whose relations alone hold the cell, −1 where several do, (n,)."""
        low = np.full(self.cells, np.iinfo(np.int64).max)
        high = np.full(self.cells, -1, dtype=np.int64)
        block = np.repeat(self.block, np.diff(self.relations.indptr))
        np.minimum.at(low, self.relations.indices, block)
        np.maximum.at(high, self.relations.indices, block)
        return np.where(low == high, high, -1)

    @cached_property
    def attackers(self) -> tuple[Attackers, ...]:
        """Who attacks, one view a measure."""
        return tuple(Attackers.of(measure, self.protects, self.p) for measure in self.contributions)


@dataclass(frozen=True)
class Attackers:
    """What each attacker knows of a measure and what it must not find out, cell by cell."""

    own: csr_array  # (n, k) what each group knows to be its own
    largest: Floats  # (n,) the largest contribution, protected or not: the bound that no attacker surpasses
    width: Floats  # (n,) how wide the outsider's interval must stay
    group_width: csr_array  # (n, k) how wide each group's must stay; 0 where it has nothing to find
    guarded: Floats  # (n,) what the protected groups contribute

    @classmethod
    def of(cls, contributions: csr_array, protects: Booleans, p: float) -> Attackers:
        """Widths are p % of the largest protected contribution, at least 1: a value that is one of two is not known.

        For a group, of the largest among the others'. Where the others contribute nothing there is nothing of
        theirs to find.
        """
        matrix: csr_array = contributions.astype(np.float64)
        n = matrix.shape[0]
        guarded = matrix.multiply(protects[np.newaxis, :]).tocsr()
        first, second, holder = _two_largest(guarded)
        total = np.asarray(matrix.sum(axis=1)).ravel()
        guarded_total = np.asarray(guarded.sum(axis=1), dtype=np.float64).ravel()
        # A zero is nobody's figure: one value beside it is enough.
        width = np.where(
            (guarded_total > 0) | (total == 0), np.maximum(1.0, np.ceil(p / 100 * first)), 0.0
        )
        rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
        columns = matrix.indices
        others = guarded_total[rows] - np.where(protects[columns], matrix.data, 0.0)
        theirs = np.where(holder[rows] == columns, second[rows], first[rows])
        wide = np.where(others > 0, np.maximum(1.0, np.ceil(p / 100 * theirs)), 0.0)
        group_width = matrix.copy()
        group_width.data = wide
        largest = _two_largest(matrix)[0]
        return cls(matrix, largest, width, group_width, guarded_total)

    def knows(self, attacker: int, cells: Integers) -> Floats:
        """What the attacker knows to be in the cells: its own contributions; nothing for the outsider."""
        if attacker == OUTSIDER:
            return np.zeros(len(cells))
        return np.asarray(self.own[cells][:, [attacker]].toarray(), dtype=np.float64).ravel()

    def must_stay(self, attacker: int, cells: Integers) -> Floats:
        """How wide the attacker's interval must stay for each cell; 0 where it has nothing to find.

        A group that does not contribute to a cell sees it as the outsider does.
        """
        outside = self.width[cells]
        if attacker == OUTSIDER:
            return outside
        own = self.own[cells][:, [attacker]].toarray().ravel()
        seen = self.group_width[cells][:, [attacker]].toarray().ravel()
        # That an empty cell is empty is nothing of another group's: the outsider's audit looks at it.
        return np.asarray(np.where(own > 0, seen, np.where(self.guarded[cells] > 0, outside, 0.0)))


def _two_largest(matrix: csr_array) -> tuple[Floats, Floats, Integers]:
    """The two largest entries of each row, and the column of the first (−1 in an empty row)."""
    n = matrix.shape[0]
    first, second = np.zeros(n), np.zeros(n)
    holder = np.full(n, -1, dtype=np.int64)
    rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
    order = np.lexsort((-matrix.data, rows))
    rows, data, columns = rows[order], matrix.data[order], matrix.indices[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    first[rows[rank == 0]] = data[rank == 0]
    holder[rows[rank == 0]] = columns[rank == 0]
    second[rows[rank == 1]] = data[rank == 1]
    return first, second, holder


def known_zeros(relations: csr_array, told: Booleans, values: Floats) -> Booleans:
    """Cells that everybody knows to be empty: parts of a sum that is known to be zero, sums of such parts.

    A row of `relations` holds its sum with −1 and the parts with 1.
    """
    count = relations.shape[0]
    rows = np.repeat(np.arange(count), np.diff(relations.indptr))
    is_sum = relations.data < 0
    sum_of = np.full(count, -1, dtype=np.int64)
    sum_of[rows[is_sum]] = relations.indices[is_sum]
    parts, of_row = relations.indices[~is_sum], rows[~is_sum]
    known = told & (values == 0)
    while True:
        found = known.copy()
        found[parts[known[sum_of[of_row]]]] = True
        unknown_parts = np.bincount(of_row[~found[parts]], minlength=count)
        found[sum_of[unknown_parts == 0]] = True
        if np.array_equal(found, known):
            unknown: Booleans = known & ~told
            return unknown
        known = found


def components(relations: csr_array, hidden: Booleans) -> list[Integers]:
    """The hidden cells that relations tie together, apart from the others: what is told cuts the graph."""
    cells = np.flatnonzero(hidden)
    if len(cells) == 0:
        return []
    part = abs(csr_array(relations[:, cells]))
    _count, label = connected_components(part.T @ part, directed=False)
    order = np.argsort(label, kind="stable")
    bounds = np.flatnonzero(np.diff(label[order])) + 1
    return [cells[piece] for piece in np.split(order, bounds)]
