"""The attack on one component: other tables that give the same published figures, found a few for many cells.

A table is searched for first in one block alone, everything else left as it is: such programmes are small, and what
they find is possible in the whole as well. Only cells that no block can move are asked of the whole component.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sharing.release.protection.program import Program, is_whole, of_component, within
from sharing.release.protection.table import (
    OUTSIDER,
    Attackers,
    Booleans,
    Floats,
    Integers,
    Table,
)

# Objectives tried for many cells together before cells are asked one by one.
TOGETHER = 3
MOST_KNOWN = 400
SLACK = 1e-6


@dataclass(frozen=True)
class Weakness:
    """A withheld cell whose interval an attacker can make narrower than it must stay."""

    cell: int
    measure: int
    attacker: int  # a group, or OUTSIDER
    width: float  # what is left of the interval
    needed: float


@dataclass
class Shown:
    """How far apart the tables found so far hold the cells of a component, for one attacker."""

    needed: Floats
    low: Floats
    high: Floats

    def add(self, departure: Floats, at: Integers) -> None:
        """One more table: its departures from the truth at those cells."""
        self.low[at] = np.minimum(self.low[at], departure)
        self.high[at] = np.maximum(self.high[at], departure)

    def is_open(self, cell: int) -> bool:
        """Whether the cell is not yet shown to be wide enough."""
        return bool(self.high[cell] - self.low[cell] < self.needed[cell] - SLACK)

    def open_among(self, at: Integers) -> Integers:
        """Positions in `at` of the cells not yet shown to be wide enough."""
        needed = self.needed[at]
        return np.flatnonzero((needed > 0) & (self.high[at] - self.low[at] < needed - SLACK))


@dataclass
class Piece:
    """A programme over some cells of the component, the others held still."""

    at: Integers  # positions in the component
    program: Program


@dataclass
class Assault:
    """All attackers on one component in one measure."""

    table: Table
    measure: int
    cells: Integers
    watched: Booleans
    is_thorough: bool = (
        True  # whether cells that no push moves are asked of the whole component one by one
    )
    known: list[tuple[Integers, Floats]] = field(default_factory=list)

    def weaknesses(self) -> list[Weakness]:
        """Each weak cell once, with the first attacker that finds it."""
        view = self.table.attackers[self.measure]
        self.values = self.table.values[self.measure][self.cells]
        self.whole = self._piece(np.arange(len(self.cells)))
        self.blocks = self._block_pieces()
        # First as if every group attacked at once, each cell by the group that knows most of it: a table possible
        # under these bounds is possible for everybody.
        strictest = view.largest[self.cells] - self.values
        shared = self._shown(view, OUTSIDER)
        self._try_together(shared, strictest)
        self.known.clear()
        found: list[Weakness] = []
        present = np.unique(view.own[self.cells].indices).tolist()
        for attacker in [OUTSIDER, *present]:
            weak = self._attack_as(view, attacker, shared)
            self.watched = self.watched & ~np.isin(self.cells, [one.cell for one in weak])
            found += weak
        return found

    def _piece(self, at: Integers) -> Piece:
        free = np.full(len(at), np.inf)
        relations = of_component(self.table.relations, self.cells[at])
        return Piece(at, Program(relations, -free, free))

    def _block_pieces(self) -> list[Piece]:
        block = self.table.only_block[self.cells]
        names = np.unique(block[self.watched & (block >= 0)])
        if len(np.unique(block)) == 1:
            return []
        return [self._piece(np.flatnonzero(block == name)) for name in names]

    def _shown(self, view: Attackers, attacker: int, start: Shown | None = None) -> Shown:
        wanted = view.must_stay(attacker, self.cells)
        wanted = np.where(self.table.unsafe[self.cells], wanted, np.minimum(wanted, 1.0))
        needed = np.where(self.watched, wanted, 0.0)
        if start is None:
            return Shown(needed, np.zeros(len(self.cells)), np.zeros(len(self.cells)))
        return Shown(needed, start.low.copy(), start.high.copy())

    def _attack_as(self, view: Attackers, attacker: int, start: Shown) -> list[Weakness]:
        shown = self._shown(view, attacker, start)
        everywhere = self.whole.at
        lower = view.knows(attacker, self.cells) - self.values
        for at, departure in self.known if len(shown.open_among(everywhere)) else ():
            if within(departure, lower[at]):
                shown.add(departure, at)
        self._try_together(shown, lower)
        for cell in shown.open_among(everywhere).tolist():
            self._try_alone(shown, lower, cell)
        return [
            Weakness(int(self.cells[cell]), self.measure, attacker,
                     float(shown.high[cell] - shown.low[cell]), float(shown.needed[cell]))
            for cell in shown.open_among(everywhere).tolist()
        ]  # fmt: skip

    def _try_together(self, shown: Shown, lower: Floats) -> None:
        """Push all open cells at once, up then down, no further than each needs: by block, then in the whole."""
        random = np.random.default_rng(len(self.cells))
        for piece in [*self.blocks, self.whole]:
            for turn in range(TOGETHER):
                before = len(shown.open_among(piece.at))
                for sign in (-1.0, 1.0):
                    todo = shown.open_among(piece.at)
                    if len(todo) == 0:
                        break
                    weight = sign / shown.needed[piece.at[todo]]
                    if turn:  # not all can move the same way
                        weight = weight * random.choice([-1.0, 1.0], len(todo))
                    self._push(shown, lower, piece, todo, weight)
                if turn and len(shown.open_among(piece.at)) == before:
                    break

    def _try_alone(self, shown: Shown, lower: Floats, cell: int) -> None:
        """The widest interval of one cell, as far as it matters."""
        for piece in [*self.blocks, self.whole] if self.is_thorough else self.blocks:
            todo = np.flatnonzero(piece.at == cell)
            for sign in (-1.0, 1.0) if len(todo) else ():
                if shown.is_open(cell):
                    self._push(shown, lower, piece, todo, np.array([sign]))

    def _push(
        self, shown: Shown, lower: Floats, piece: Piece, todo: Integers, weight: Floats
    ) -> None:
        """Solve for the cheapest table; `todo` are positions in the piece, moved no further than needed."""
        needed = shown.needed[piece.at[todo]]
        upper = np.full(len(piece.at), np.inf)
        floor = lower[piece.at].copy()
        upper[todo] = needed
        floor[todo] = np.maximum(floor[todo], -needed)
        cost = np.zeros(len(piece.at))
        cost[todo] = weight
        piece.program.bound(floor, upper)
        # In the whole, whole numbers are searched for one cell at a time only: it may take a branch and bound.
        quickly = piece is self.whole and len(todo) > 1
        program = piece.program
        departure = program.minimise(cost) if quickly else program.minimise_whole(cost)
        if departure is None or not is_whole(departure):
            return
        departure = np.round(departure)
        shown.add(departure, piece.at)
        if departure.any() and len(self.known) < MOST_KNOWN:
            self.known.append((piece.at, departure))
