"""Choose what to withhold: the least costly pattern that a linear programme finds, attacked and repaired until it holds.

For each weak cell, the programme looks for the cheapest way to move it by as much as it must stay uncertain, paying for
every published cell that has to move with it; those are withheld too (Kelly, Golden and Assad 1992; Fischetti and
Salazar 2001). The lower bounds are what the attacker that found the weakness knows: bounds that serve all attackers at
once would withhold more than any of them makes necessary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import connected_components

from sharing.release.protection.attack import Weakness
from sharing.release.protection.audit import audit, worth_hiding
from sharing.release.protection.program import EXACT, Program, of_component
from sharing.release.protection.table import Booleans, Floats, Integers, Table, components

Progress = Callable[[str, int, int], None]
MOST_ROUNDS = 40
# A withheld cell costs nothing more, but a way through fewer of them is easier to keep whole.
FREE = 1e-4


class UnprotectableError(ValueError):
    """A figure stays within somebody's reach whatever is withheld."""


@dataclass(frozen=True)
class Protected:
    """The outcome: which cells are withheld, in how many rounds, and what primary suppression alone gave away."""

    withheld: Booleans
    primary_weaknesses: int
    rounds: int
    given_away: int = 0  # unsafe cells that figures told earlier give away by themselves


def protect(
    table: Table,
    progress: Progress | None = None,
    *,
    start: Booleans | None = None,
    watched: Booleans | None = None,
) -> Protected:
    """Withhold enough that the attack finds nothing. Raises UnprotectableError.

    The first attack is quick: what it names wrongly costs nothing to repair. The last one is thorough. `start`: cells
    withheld already. `watched`: cells to protect, by default `worth_hiding`. What figures told earlier give away by
    themselves is not protected, only counted.
    """
    withheld = (table.unsafe | table.internal) & ~table.fixed
    if start is not None:
        withheld = (withheld | start) & ~table.fixed
    watched = (worth_hiding(table) if watched is None else watched).copy()
    weak = audit(
        table, withheld, watched=watched, is_thorough=False, progress=_told(progress, "attack", 1)
    )
    first, given_away = len(weak), 0
    for round_number in range(2, MOST_ROUNDS + 1):
        before = withheld.copy()
        lost = _repair(table, withheld, weak, _told(progress, "repair", round_number - 1))
        if lost:
            watched[lost] = False
            given_away += len(lost)
        elif weak and round_number > 2 and np.array_equal(before, withheld):
            _withhold_blocks(table, withheld, weak)
        touched = withheld & ~before
        touched[[weakness.cell for weakness in weak]] = True
        parts = [cells for cells in components(table.relations, withheld) if touched[cells].any()]
        told = _told(progress, "attack", round_number)
        weak = audit(table, withheld, watched=watched, among=parts, progress=told)
        if not weak:
            return Protected(withheld, first, round_number, given_away)
    raise UnprotectableError(f"{len(weak)} weaknesses are left after {MOST_ROUNDS} rounds")


def _told(
    progress: Progress | None, step: str, round_number: int
) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell(f"{step} {round_number}", done, total)


def _repair(
    table: Table, withheld: Booleans, weak: list[Weakness], progress: Callable[[int, int], None] | None
) -> list[int]:  # fmt: skip
    """Withhold what protects each weak cell, the largest first; each repair sees those before it.

    Returns the cells that nothing protects any more: those that figures told earlier give away.
    """
    lost: list[int] = []
    neighbours = _Neighbourhoods(table)
    # What a repair moved is repaired with it.
    moved = np.zeros((len(table.contributions), table.cells))
    for number, one in enumerate(sorted(weak, key=lambda one: -one.needed), start=1):
        if moved[one.measure, one.cell] < one.needed:
            found = _protect_cell(table, withheld, one, neighbours)
            if found is not None:
                cells, departure = found
                far = moved[one.measure, cells]
                moved[one.measure, cells] = np.maximum(far, np.abs(departure))
            elif table.fixed.any():
                lost.append(one.cell)
        if progress is not None and (number % 25 == 0 or number == len(weak)):
            progress(number, len(weak))
    return lost


@dataclass
class _Neighbourhood:
    """Cells that may move together to protect one of them, and the programme that finds the cheapest way."""

    cells: Integers
    program: Program
    moves: Booleans

    def cheapest(
        self, price: Floats, room: Floats, cell: int, amount: float
    ) -> tuple[float, Floats] | None:
        """Cost and departures of the cheapest way to move the cell by the amount; None when it cannot.

        `room`: how far each cell may fall, down to what the attacker knows.
        """
        count = len(self.cells)
        at = int(np.flatnonzero(self.cells == cell)[0])
        if amount < 0 and room[at] < -amount:
            return None
        low = np.zeros(2 * count)
        high = np.concatenate([np.where(self.moves, np.inf, 0.0), np.where(self.moves, room, 0.0)])
        if not self.moves[at]:
            return None
        there, opposite = (at, count + at) if amount > 0 else (count + at, at)
        low[there] = high[there] = abs(amount)
        high[opposite] = 0.0
        self.program.bound(low, high)
        found = self.program.minimise(np.concatenate([price, price]))
        if found is None:
            return None
        departure = found[:count] - found[count:]
        return float(price[np.abs(departure) > EXACT].sum()), departure


class _Neighbourhoods:
    """What a cell is tied to: its own block with the rest held still, then everything."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._made: dict[tuple[int, int, bool], _Neighbourhood] = {}
        part = abs(table.relations)
        self._whole = connected_components(part.T @ part, directed=False)[1]

    def around(self, measure: int, cell: int) -> list[_Neighbourhood]:
        """The near one first, where the cell has one."""
        block = int(self._table.only_block[cell])
        near = [] if block < 0 else [self._get(measure, block, is_whole=False)]
        return [*near, self._get(measure, int(self._whole[cell]), is_whole=True)]

    def _get(self, measure: int, name: int, *, is_whole: bool) -> _Neighbourhood:
        place = (measure, name, is_whole)
        if place not in self._made:
            label = self._whole if is_whole else self._table.only_block
            self._made[place] = self._make(measure, np.flatnonzero(label == name))
        return self._made[place]

    def _make(self, measure: int, cells: Integers) -> _Neighbourhood:
        relations = of_component(self._table.relations, cells)
        bounds = np.zeros(2 * len(cells))
        program = Program(csr_array(hstack([relations, -relations])), bounds, bounds)
        return _Neighbourhood(cells, program, ~self._table.fixed[cells])


def _protect_cell(
    table: Table, withheld: Booleans, weak: Weakness, neighbours: _Neighbourhoods
) -> tuple[Integers, Floats] | None:  # fmt: skip
    """Withhold what the cheapest departure of a weak cell moves, up or down; cells and departures, None without."""
    values, view = table.values[weak.measure], table.attackers[weak.measure]
    best: tuple[float, Integers, Floats] | None = None
    for near in neighbours.around(weak.measure, weak.cell):
        room = values[near.cells] - view.knows(weak.attacker, near.cells)
        price = np.where(withheld[near.cells], FREE, table.cost[near.cells])
        for amount in (weak.needed, -weak.needed):
            found = near.cheapest(price, room, weak.cell, amount)
            if found is not None and (best is None or found[0] < best[0]):
                best = (found[0], near.cells, found[1])
        if best is not None and best[0] < 1:
            break
    if best is None:
        return None
    _cost, cells, departure = best
    withheld[cells[np.abs(departure) > EXACT]] = True
    return cells, departure


def _withhold_blocks(table: Table, withheld: Booleans, weak: list[Weakness]) -> None:
    """Nothing cheaper helped: withhold every cell of the weak cells' blocks. Raises UnprotectableError."""
    relations = table.relations.tocsc()
    before = int(withheld.sum())
    for weakness in weak:
        rows = relations.indices[
            relations.indptr[weakness.cell] : relations.indptr[weakness.cell + 1]
        ]
        for block in set(table.block[rows].tolist()):
            inside = table.relations[np.flatnonzero(table.block == block)].indices
            withheld[inside] |= ~table.fixed[inside]
    if int(withheld.sum()) == before:
        raise UnprotectableError(
            f"{len(weak)} figures cannot be protected even when all are withheld"
        )
