"""The linked tables: sums, and primary rules cell by cell, against the rules written neighbourhood by neighbourhood."""

from __future__ import annotations

import numpy as np
import pytest

from sharing.release.rules import Neighbourhood, Thresholds, broken_rules, is_homogeneous_to_a_group
from sharing.release.tables import LEVEL_ITEMS, LinkedTables, Region, Rows
from tests.release.protection.stock import linked, make_stock


def one_region(
    rows: list[tuple[int, int, int]], waived: list[bool] | None = None
) -> dict[str, bool]:
    """Which items of one region are unsafe; rows are group, level, dwellings."""
    group, level, dwellings = (
        np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)
    )
    tables = LinkedTables(
        [Region((), True, 1)], LEVEL_ITEMS,
        Rows(np.zeros(len(rows), dtype=np.int64), group, level - 1, (np.ones_like(group), dwellings)),
        Thresholds(p=10), 5, None if waived is None else np.array(waived),
    )  # fmt: skip
    return dict(zip(LEVEL_ITEMS.names, tables.unsafe.tolist(), strict=True))


EVEN = [(group, level, 40) for group in range(3) for level in (1, 2, 3, 4)]


def test_every_level_of_an_even_neighbourhood_is_safe() -> None:
    assert not any(one_region(EVEN).values())


def test_a_level_of_one_group_is_not_told_apart_but_its_band_is() -> None:
    rows = [row for row in EVEN if row[1] < 4] + [(0, 4, 40)]
    unsafe = one_region(rows)
    assert unsafe["4"]
    assert not unsafe["3-4"]
    assert not unsafe["total"]


def test_a_neighbourhood_at_one_level_has_a_total_and_no_more() -> None:
    unsafe = one_region([(group, 1, 40) for group in range(3) for _ in range(4)])
    assert unsafe == {"total": False, **dict.fromkeys(["1-2", "3-4", "1", "2", "3", "4"], True)}


@pytest.mark.parametrize(
    "rows",
    [
        [row for row in EVEN if row[0] < 2],
        [(0, 1, 40), (1, 2, 40), (2, 3, 40), (2, 4, 40)],
        [(group % 3, 1 + group % 4, 2) for group in range(5)],
        [(0, level, 4000) for level in (1, 2, 3, 4)] + [(1, 1, 40), (2, 2, 40)],
    ],
    ids=["two groups", "four sites", "ten dwellings", "dominated"],
)  # fmt: skip
def test_too_little_hides_everything(rows: list[tuple[int, int, int]]) -> None:
    assert all(one_region(rows).values())


def test_a_waiver_frees_only_who_signed() -> None:
    alone = [(0, level, 40) for level in (1, 2, 3, 4) for _ in range(3)]
    assert all(one_region(alone).values())
    assert not any(one_region(alone, [True, False, False, False, False]).values())
    two = [*alone, (1, 1, 40)]
    assert one_region(two, [True, False, False, False, False])["total"]


@pytest.mark.parametrize("seed", range(4))
def test_the_rules_are_those_of_a_neighbourhood(seed: int) -> None:
    tables = linked(make_stock(seed, communes=6))
    unsafe = tables.unsafe.reshape(len(tables.regions), -1)
    seen = set()
    for region in range(len(tables.regions)):
        atoms = set(tables.membership[[region]].indices.tolist())
        inside = np.isin(tables.rows.atom, list(atoms))
        cell = Neighbourhood(
            np.flatnonzero(inside), tables.rows.group[inside], tables.rows.leaf[inside] + 1,
            tables.rows.amounts[1][inside],
        )  # fmt: skip
        broken = broken_rules(cell, tables.thresholds)
        assert unsafe[region, 1] == unsafe[region, 2] == bool(broken)
        alike = {"homogeneity", "homogeneity to a group"}
        assert unsafe[region, 0] == bool(broken - alike)
        assert is_homogeneous_to_a_group(cell) == ("homogeneity to a group" in broken)
        seen.add(bool(broken))
    assert seen == {True, False}


def test_cells_are_sums_over_regions_and_items() -> None:
    tables = linked(make_stock(1, communes=4))
    table = tables.table
    for values in table.values:
        assert not np.any(table.relations @ values)
    whole = len(tables.regions) - 1
    assert table.values[0][tables.cell(whole, "total")] == len(tables.rows.leaf)
    high = tables.rows.leaf >= 2
    assert table.values[1][tables.cell(whole, "3-4")] == tables.rows.amounts[1][high].sum()
