"""Tiles cut from a snapshot against a plain answer, point by point, for random snapshots."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.tiles.grid import MAX_ZOOM, OutsideGridError
from gis.tiles.snapshot import CLUSTERED_BELOW, Snapshot

TOP = 2**32 - 1
Point = tuple[int, int, int, int]  # x, y, level, dwellings; the key is the place in the list


@st.composite
def points(draw: st.DrawFn) -> list[Point]:
    """Points in a few clumps of any width, so that cells hold several and share edges; corners of the square too."""
    step = st.integers(0, TOP)
    found: list[Point] = []
    for _ in range(draw(st.integers(0, 4))):
        x, y, width = draw(step), draw(step), 2 ** draw(st.integers(0, 31))
        near = st.integers(-width, width)
        for dx, dy, level, dwellings in draw(
            st.lists(st.tuples(near, near, st.integers(0, 4), st.integers(0, 500)), max_size=12)
        ):
            found.append((min(max(x + dx, 0), TOP), min(max(y + dy, 0), TOP), level, dwellings))
    return found


def snapshot(rows: list[Point], keys: list[int] | None = None) -> Snapshot:
    columns = [[row[index] for row in rows] for index in range(4)]
    return Snapshot(*columns, keys if keys is not None else list(range(len(rows))))


def decoded(tile: bytes) -> dict[str, set[tuple[Any, ...]]]:
    """Layers as sets of (position, id or None, sorted attributes)."""
    if not tile:
        return {}
    layers = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    return {
        name: {
            (
                *item["geometry"]["coordinates"],
                item["id"] if name == "points" else None,
                *sorted(item["properties"].items()),
            )
            for item in layer["features"]
        }
        for name, layer in layers.items()
    }


def scaled(step: int, z: int, tile: int) -> int:
    """A position inside the tile by exact arithmetic: 4096 steps a tile."""
    return (step * 4096 * 2**z // 2**32) - 4096 * tile


def plain_answer(rows: list[Point], z: int, x: int, y: int) -> dict[str, set[tuple[Any, ...]]]:
    """The same tile, point by point."""
    side = 2**32 >> z
    cell = side >> 4 if z < CLUSTERED_BELOW else 0
    groups: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for key, row in enumerate(rows):
        if row[0] // side == x and row[1] // side == y:
            groups[(row[0] // cell, row[1] // cell, 0) if cell else (0, 0, key)].append(key)
    layers: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for keys in groups.values():
        if len(keys) == 1:
            px, py, level, _dwellings = rows[keys[0]]
            item = (
                scaled(px, z, x),
                scaled(py, z, y),
                keys[0],
                ("level", level),
            )
            layers["points"].add(item)
            continue
        members = [rows[key] for key in keys]
        levels = [member[2] for member in members]
        properties = {f"l{level}": levels.count(level) for level in range(5)} | {
            "n": len(keys),
            "worst": max(levels),
        }
        mean = [sum(member[axis] for member in members) // len(keys) for axis in (0, 1)]
        layers["clusters"].add(
            (scaled(mean[0], z, x), scaled(mean[1], z, y), None, *sorted(properties.items()))
        )
    return dict(layers)


@settings(max_examples=150, deadline=None)
@given(points(), st.data())
def test_every_tile_is_the_plain_answer(rows: list[Point], data: st.DataObject) -> None:
    cut = snapshot(rows)
    z = data.draw(st.integers(0, MAX_ZOOM), label="z")
    addresses = {(row[0] >> (32 - z), row[1] >> (32 - z)) for row in rows} | {
        (0, 0),
        (2**z - 1, 2**z - 1),
    }
    for x, y in addresses:
        assert decoded(cut.tile(z, x, y)) == plain_answer(rows, z, x, y)


@settings(max_examples=50, deadline=None)
@given(points())
def test_each_point_is_in_exactly_one_tile_of_a_zoom(rows: list[Point]) -> None:
    cut = snapshot(rows)
    for z in (0, 3, 11):
        tiles = [
            cut.tile(z, x, y) for x, y in {(row[0] >> (32 - z), row[1] >> (32 - z)) for row in rows}
        ]
        counted = 0
        for tile in tiles:
            for name, items in decoded(tile).items():
                counted += sum(dict(item[3:])["n"] if name == "clusters" else 1 for item in items)
        assert counted == len(rows)


@settings(max_examples=60, deadline=None)
@given(points(), points(), st.data())
def test_a_changed_snapshot_is_the_one_made_anew(
    rows: list[Point], more: list[Point], data: st.DataObject
) -> None:
    removed = data.draw(st.sets(st.integers(0, max(len(rows) - 1, 0))))
    new_keys = list(range(len(rows), len(rows) + len(more)))
    changed = snapshot(rows).changed(sorted(removed), snapshot(more, new_keys))
    kept = [(row, key) for key, row in enumerate(rows) if key not in removed]
    anew = snapshot([row for row, _ in kept] + more, [key for _, key in kept] + new_keys)
    assert np.all(changed.order[1:] >= changed.order[:-1])
    assert len(changed) == len(anew)
    assert decoded(changed.tile(0, 0, 0)) == decoded(anew.tile(0, 0, 0))
    for x, y in {(row[0] >> 18, row[1] >> 18) for row in more + rows}:
        assert decoded(changed.tile(14, x, y)) == decoded(anew.tile(14, x, y))


@pytest.mark.parametrize(
    ("z", "x", "y"), [(-1, 0, 0), (0, 1, 0), (3, 0, 8), (3, -1, 0), (MAX_ZOOM + 1, 0, 0)]
)
def test_a_tile_that_does_not_exist_is_refused(z: int, x: int, y: int) -> None:
    with pytest.raises(OutsideGridError):
        snapshot([]).tile(z, x, y)


@pytest.mark.parametrize(
    "columns",
    [
        ([1, 2], [1], [1], [1], [1]),
        ([1], [1], [5], [1], [1]),
        ([1], [1], [1], [1], [2**53]),
        ([1], [1], [1], [2**32], [1]),
        ([1], [1], [1], [-1], [1]),
    ],
)
def test_numbers_that_do_not_fit_are_refused(columns: tuple[list[int], ...]) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Snapshot(*columns)


def test_half_a_million_points_stay_small() -> None:
    zeros = np.zeros(500_000, dtype=np.int64)
    assert Snapshot(zeros, zeros, zeros, zeros, zeros).nbytes <= 16_000_000


@pytest.mark.parametrize("z", [3, CLUSTERED_BELOW, MAX_ZOOM])
def test_the_corners_of_a_tile_are_its_own_and_their_neighbours_are_not(z: int) -> None:
    side = 2**32 >> z
    for tile in (0, 2**z - 1, 2**z // 2):
        first, last = tile * side, (tile + 1) * side - 1
        rows = [(x, y, 1, 1) for x in (first, last) for y in (first, last)]
        beyond = [(x, y, 2, 1) for x, y in ((first - 1, first), (last + 1, last)) if 0 <= x <= TOP]
        assert decoded(snapshot(rows + beyond).tile(z, tile, tile)) == plain_answer(
            rows, z, tile, tile
        )
