"""Tiles of counted facts: warmth from afar, sites with their number from near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis.tiles.encode import encode_points
from gis.tiles.grid import BITS, tile_number
from gis.tiles.snapshot import inside_tile

FACTS_LAYER: Final = "facts"
GATHERED_BELOW: Final = 13  # zooms at which facts are summed by cell
CELL: Final = 64  # units of the tile

Whole = NDArray[np.integer[Any]]


def facts_tile(columns: Sequence[Whole], z: int, x: int, y: int) -> bytes:
    """Layer `facts` as MVT: n, and from zoom GATHERED_BELOW on level and the site's number; empty bytes without sites.

    columns: x and y in steps of gis.tiles.grid, facts, level, number; one entry a site. Raises OutsideGridError.
    """
    tile_number(z, x, y)
    steps_x, steps_y = columns[0], columns[1]
    here = (steps_x >> (BITS - z) == x) & (steps_y >> (BITS - z) == y)
    steps_x, steps_y, counts, levels, numbers = (column[here] for column in columns)
    if not len(numbers):
        return b""
    place_x, place_y = (inside_tile(steps.astype(np.uint32), z).astype(np.int64) for steps in (steps_x, steps_y))  # fmt: skip
    if z >= GATHERED_BELOW:
        return encode_points(
            FACTS_LAYER, place_x, place_y, ids=numbers.astype(np.uint64), attributes={"n": counts, "level": levels}
        )  # fmt: skip
    cells, index = np.unique(place_y // CELL * CELL + place_x // CELL, return_inverse=True)
    total = np.bincount(index, weights=counts).astype(np.int64)
    mean_x, mean_y = (np.bincount(index, weights=place) // np.bincount(index) for place in (place_x, place_y))  # fmt: skip
    return encode_points(
        FACTS_LAYER, mean_x.astype(np.int64), mean_y.astype(np.int64), ids=cells.astype(np.uint64), attributes={"n": total}
    )  # fmt: skip
