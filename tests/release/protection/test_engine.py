"""The engine on tables small enough to be read, and on random ones against another solver."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from sharing.release.protection import Table, audit, protect
from sharing.release.protection.table import OUTSIDER, known_zeros
from tests.release.protection.stock import linked, make_stock


def row_and_column_sums(cells: list[list[list[int]]], **change: list[bool]) -> Table:
    """A table of rows × columns with its margins; a cell is the list of its groups' contributions."""
    inner = np.array(cells)
    rows, columns, groups = inner.shape
    whole = np.zeros((rows + 1, columns + 1, groups))
    whole[:rows, :columns] = inner
    whole[rows] = whole[:rows].sum(axis=0)
    whole[:, columns] = whole[:, :columns].sum(axis=1)
    number = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    lines = [*number, *number.T]
    relations = np.zeros((len(lines), number.size))
    for row, line in enumerate(lines):
        relations[row, line[:-1]], relations[row, line[-1]] = 1, -1
    flags = {name: np.zeros(number.size, dtype=bool) for name in ("unsafe", "internal", "fixed")}
    for name, values in change.items():
        flags[name][: len(values)] = values
    matrix = csr_array(whole.reshape(number.size, groups))
    return Table((matrix,), csr_array(relations), **flags, cost=np.log1p(whole.sum(axis=2).ravel()),
                 block=np.zeros(len(lines), dtype=np.int64), p=10)  # fmt: skip


THREE = [[[9, 1, 1], [5, 5, 5], [20, 20, 20]], [[4, 4, 4], [7, 8, 6], [30, 30, 30]]]


def test_an_unsafe_cell_takes_three_others_with_it() -> None:
    table = row_and_column_sums(THREE, unsafe=[True])
    found = protect(table)
    assert found.primary_weaknesses == 1
    assert audit(table, found.withheld) == []
    # The cheapest rectangle: the unsafe cell, one in its row, one in its column, and the corner.
    assert np.flatnonzero(found.withheld).tolist() == [0, 1, 4, 5]


def test_nothing_unsafe_nothing_withheld() -> None:
    found = protect(row_and_column_sums(THREE))
    assert not found.withheld.any()
    assert (found.primary_weaknesses, found.rounds) == (0, 2)


def test_a_group_that_holds_its_neighbours_is_reckoned_with() -> None:
    # Group 0 holds nearly all of the cheap rectangle: to it, its own figures leave no doubt.
    cells = [[[0, 12, 0], [15, 0, 0], [20, 20, 20]], [[12, 0, 0], [15, 0, 0], [20, 20, 20]]]
    table = row_and_column_sums(cells, unsafe=[True])
    pattern = np.zeros(table.cells, dtype=bool)
    pattern[[0, 1, 4, 5]] = True
    weak = audit(table, pattern)
    assert [(one.cell, one.attacker) for one in weak] == [(0, 0)]
    outsider_only = [one for one in weak if one.attacker == OUTSIDER]
    assert outsider_only == []
    found = protect(table)
    assert audit(table, found.withheld) == []
    assert found.withheld.sum() > pattern.sum()


def test_what_was_told_cannot_be_taken_back() -> None:
    told = [False, *[True] * 11]
    found = protect(row_and_column_sums(THREE, unsafe=[True], fixed=told))
    assert np.flatnonzero(found.withheld).tolist() == [0]
    assert found.given_away == 1


def test_what_was_told_is_reckoned_with() -> None:
    told = [False, True]
    found = protect(row_and_column_sums(THREE, unsafe=[True], fixed=told))
    assert found.given_away == 0
    assert np.flatnonzero(found.withheld).tolist() == [0, 2, 4, 6]


def test_a_waived_group_needs_no_width() -> None:
    table = row_and_column_sums([[[9, 0], [5, 5]], [[4, 4], [7, 8]]], unsafe=[True])
    bare = np.zeros(table.cells, dtype=bool)
    bare[0] = True
    assert audit(table, bare)
    waived = Table(**{**vars_of(table), "waived": np.array([True, False])})
    assert audit(waived, bare) == []


def vars_of(table: Table) -> dict[str, object]:
    return {name: getattr(table, name) for name in Table.__dataclass_fields__}


def test_sums_that_do_not_hold_are_refused() -> None:
    table = vars_of(row_and_column_sums(THREE))
    broken = table["relations"].copy()  # type: ignore[attr-defined]
    broken.data[0] = -broken.data[0]
    with pytest.raises(ValueError, match="do not hold"):
        Table(**{**table, "relations": broken})


def test_parts_of_a_told_zero_are_known() -> None:
    relations = csr_array(np.array([[-1, 1, 1, 0, 0], [0, -1, 0, 1, 0], [0, 0, 0, 1, -1]]))
    told = np.array([True, False, False, False, False])
    known = known_zeros(relations, told, np.zeros(5))
    assert known.tolist() == [False, True, True, True, True]
    assert not known_zeros(relations, ~told & False, np.zeros(5)).any()


def interval(table: Table, withheld: np.ndarray, cell: int, measure: int, attacker: int) -> float:
    """The width of a cell's interval, by scipy on the whole table at once."""
    values = table.values[measure]
    own = np.zeros(table.cells)
    if attacker != OUTSIDER:
        own = table.contributions[measure][:, [attacker]].toarray().ravel()
    bounds = [(own[i], None) if withheld[i] else (values[i], values[i]) for i in range(table.cells)]
    ends = []
    for sign in (1, -1):
        cost = np.zeros(table.cells)
        cost[cell] = sign
        found = linprog(
            cost, A_eq=table.relations, b_eq=np.zeros(table.relations.shape[0]), bounds=bounds
        )
        ends.append(np.inf if found.status == 3 else float(found.x[cell]))
    return abs(ends[1] - ends[0])


@pytest.mark.parametrize("seed", range(3))
def test_nobody_comes_nearer_than_the_protection_level(seed: int) -> None:
    linked_tables = linked(make_stock(seed, communes=3, groups=6), groups=6)
    table = linked_tables.table
    found = protect(table)
    random = np.random.default_rng(seed)
    checked = 0
    for measure in range(2):
        zeros = known_zeros(table.relations, ~found.withheld, table.values[measure])
        view = table.attackers[measure]
        for attacker in (OUTSIDER, *range(6)):
            needed = view.must_stay(attacker, np.arange(table.cells))
            targets = np.flatnonzero(table.unsafe & (needed > 0) & ~zeros)
            for cell in random.choice(targets, 6).tolist():
                assert (
                    interval(table, found.withheld, cell, measure, attacker) >= needed[cell] - 1e-6
                )
                checked += 1
    assert checked == 2 * 7 * 6
    published = ~table.internal & ~found.withheld
    assert published.any()


def test_primary_suppression_alone_gives_figures_away() -> None:
    """The planted weakness: without the repair, the attack finds something."""
    table = linked(make_stock(0, communes=3, groups=6), groups=6).table
    assert audit(table, table.unsafe | table.internal)
