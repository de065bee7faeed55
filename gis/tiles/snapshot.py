"""Points that one reader may see, kept in Morton order, and tiles cut from them.

A snapshot is built from what the reader may read, so that a tile is a slice and clusters are counted after the rights.
It knows nothing of the rights themselves.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.tiles.encode import EXTENT, Attribute, encode_points
from gis.tiles.grid import BITS, STEPS, UInt32, UInt64, morton, tile_number

POINT_LAYER: Final = "points"
CLUSTER_LAYER: Final = "clusters"
CLUSTERED_BELOW: Final = 12  # from this zoom on, every point by itself
CELL_BITS: Final = 4  # a clustered tile is a grid of 16 × 16 cells
LEVELS: Final = 5  # 0 = not rated, then 1 to 4
_FINEST: Final = CLUSTERED_BELOW - 1 + CELL_BITS
_EXTENT_BITS: Final = EXTENT.bit_length() - 1


class Snapshot:
    """Arrays of equal length, one entry a point, sorted by Morton key.

    x, y: steps of `gis.tiles.grid`; level 0 (not rated) to 4; dwellings; key: the caller's own number for the point,
    below 2³², given back as the id of the feature.
    """

    __slots__ = ("__dict__", "dwellings", "key", "level", "order", "x", "y")

    order: UInt64
    x: UInt32
    y: UInt32
    level: NDArray[np.uint8]
    dwellings: UInt32
    key: UInt32

    def __init__(
        self, x: ArrayLike, y: ArrayLike, level: ArrayLike, dwellings: ArrayLike, key: ArrayLike
    ) -> None:
        """Sort the points. Raises ValueError for arrays of unequal lengths or numbers out of range."""
        columns = [whole(column, STEPS - 1) for column in (x, y, dwellings, key)]
        levels = whole(level, LEVELS - 1).astype(np.uint8)
        if {len(column) for column in columns} != {len(levels)}:
            raise ValueError("the arrays of a snapshot must have one length")
        order = morton(columns[0], columns[1])
        ranks = np.argsort(order, kind="stable")
        self.order, self.level = order[ranks], levels[ranks]
        self.x, self.y, self.dwellings, self.key = (column[ranks] for column in columns)

    def __len__(self) -> int:
        return len(self.order)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes, cells for clusters left out."""
        arrays = (self.order, self.x, self.y, self.level, self.dwellings, self.key)
        return sum(array.nbytes for array in arrays)

    def changed(self, removed: ArrayLike, added: Snapshot) -> Self:
        """A new snapshot without the points of these keys and with those of `added`."""
        kept = ~np.isin(self.key, np.asarray(removed, dtype=np.uint32))
        places = np.searchsorted(self.order[kept], added.order)
        changed = object.__new__(type(self))
        for name in ("order", "x", "y", "level", "dwellings", "key"):
            setattr(
                changed, name, np.insert(getattr(self, name)[kept], places, getattr(added, name))
            )
        return changed

    def tile(self, z: int, x: int, y: int) -> bytes:
        """The tile as MVT 2.1, empty bytes when it holds nothing.

        From zoom CLUSTERED_BELOW on, layer `points`: id = key, level, dwellings. Below, cells that hold several points
        come as layer `clusters`: n, l0 … l4 (points by level), dwellings, worst (highest level), at the mean position.
        Buffer 0: each point is in exactly one tile of a zoom. Raises OutsideGridError.
        """
        number = tile_number(z, x, y)
        if z >= CLUSTERED_BELOW:
            shift = 2 * (BITS - z)
            ends = np.array([number << shift, ((number + 1) << shift) - 1], dtype=np.uint64)
            low = np.searchsorted(self.order, ends[0])
            high = np.searchsorted(self.order, ends[1], side="right")
            return self._points(slice(int(low), int(high)), z)
        return self._clusters(number, z)

    def _points(self, chosen: slice | NDArray[np.intp], z: int) -> bytes:
        x, y = inside_tile(self.x[chosen], z), inside_tile(self.y[chosen], z)
        attributes: dict[str, Attribute] = {
            "level": self.level[chosen],
            "dwellings": self.dwellings[chosen],
        }
        return encode_points(POINT_LAYER, x, y, ids=self.key[chosen], attributes=attributes)

    @cached_property
    def cells(self) -> Cells:
        """The finest cells of clusters, made once: zooms below CLUSTERED_BELOW add them up."""
        return Cells(self)

    def _clusters(self, number: int, z: int) -> bytes:
        cells = self.cells
        shift = 2 * (_FINEST - z)
        ends = np.array([number << shift, (number + 1) << shift], dtype=np.uint64)
        low, high = np.searchsorted(cells.number, ends)
        if low == high:
            return b""
        within = cells.number[low:high] >> np.uint64(2 * (CLUSTERED_BELOW - 1 - z))
        starts = np.flatnonzero(np.concatenate(([True], within[1:] != within[:-1])))
        sums = np.add.reduceat(cells.sums[low:high], starts, axis=0)
        counts = sums[:, :LEVELS].sum(axis=1)
        single = counts == 1
        alone = cells.first[low:high][starts[single]]
        many, n = sums[~single], counts[~single]
        attributes: dict[str, Attribute] = {
            "n": n,
            "dwellings": many[:, LEVELS],
            "worst": worst_level(many),
        }
        attributes |= {f"l{level}": many[:, level] for level in range(LEVELS)}
        clusters = encode_points(
            CLUSTER_LAYER,
            inside_tile(many[:, LEVELS + 1] // n, z),
            inside_tile(many[:, LEVELS + 2] // n, z),
            ids=within[starts[~single]],
            attributes=attributes,
        )
        return clusters + self._points(alone, z)


def whole(values: ArrayLike, most: int) -> UInt32:
    """Whole numbers from 0 to `most`. Raises ValueError for any other, which a cast would wrap in silence."""
    array = np.asarray(values)
    if array.size and (int(array.min()) < 0 or int(array.max()) > most):
        raise ValueError(f"numbers of a snapshot go from 0 to {most} here")
    return array.astype(np.uint32)


class Cells:
    """Points counted in the finest cells of clustered zooms, in Morton order.

    number: Morton number of the cell; first: index of its first point; sums: one row a cell, columns points of level
    0 … 4, dwellings, sum of x, sum of y (steps; sums of 2³² points would still fit).
    """

    __slots__ = ("first", "number", "sums")

    def __init__(self, snapshot: Snapshot) -> None:
        number = snapshot.order >> np.uint64(2 * (BITS - _FINEST))
        boundary = np.ones(len(number), dtype=bool)
        boundary[1:] = number[1:] != number[:-1]
        self.first = np.flatnonzero(boundary)
        self.number: UInt64 = number[self.first]
        columns = [(snapshot.level == level).astype(np.int64) for level in range(LEVELS)]
        columns += [
            array.astype(np.int64) for array in (snapshot.dwellings, snapshot.x, snapshot.y)
        ]
        self.sums: NDArray[np.int64] = np.empty((len(self.first), len(columns)), dtype=np.int64)
        for index, column in enumerate(columns):
            if len(self.first):
                self.sums[:, index] = np.add.reduceat(column, self.first)


def inside_tile(steps: NDArray[Any], z: int) -> NDArray[np.int64]:
    """Coordinates inside their tile, 0 … EXTENT − 1."""
    position = steps.astype(np.int64) & ((1 << (BITS - z)) - 1)
    shift = BITS - z - _EXTENT_BITS
    return position >> shift if shift >= 0 else position << -shift


def worst_level(sums: NDArray[np.int64]) -> NDArray[np.int64]:
    """The highest level that each row holds."""
    worst = np.zeros(len(sums), dtype=np.int64)
    for level in range(1, LEVELS):
        worst[sums[:, level] > 0] = level
    return worst
