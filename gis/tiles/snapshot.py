"""Points that one reader may see, kept in Morton order, and tiles cut from them.

A snapshot is built from what the reader may read, so that a tile is a slice and clusters are counted after the rights.
It knows nothing of the rights themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.tiles.encode import EXTENT, Attribute, encode_points
from gis.tiles.grid import BITS, STEPS, UInt32, UInt64, morton, tile_number

POINT_LAYER: Final = "points"
CLUSTER_LAYER: Final = "clusters"
CLUSTERED_BELOW: Final = (
    13  # from this zoom on every point by itself; nearer ones would cover each other
)
CELL_BITS: Final = 4  # a clustered tile is a grid of 16 × 16 cells
COARSER_BITS: Final = 4  # far zooms are drawn from cells 16 times as wide
LEVELS: Final = 5  # 0 = not rated, then 1 to 4
LARGEST_KEY: Final = (1 << 53) - 1
COLUMNS: Final = ("order", "x", "y", "level", "dwellings", "key", "group")
_FINEST: Final = CLUSTERED_BELOW - 1 + CELL_BITS
_EXTENT_BITS: Final = EXTENT.bit_length() - 1


class Snapshot:
    """Arrays of equal length, one entry a point, sorted by Morton key.

    x, y: steps of `gis.tiles.grid`; level 0 (not rated) to 4; dwellings; key: the caller's own number for the point,
    below 2⁵³ (what a browser counts exactly), given back as the id of the feature; group: a small number by which the
    caller replaces points together, 0 without one.
    """

    __slots__ = ("__dict__", *COLUMNS)

    order: UInt64
    x: UInt32
    y: UInt32
    level: NDArray[np.uint8]
    dwellings: UInt32
    key: NDArray[np.unsignedinteger[Any]]
    group: NDArray[np.uint16]

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        level: ArrayLike,
        dwellings: ArrayLike,
        key: ArrayLike,
        group: ArrayLike | None = None,
    ) -> None:
        """Sort the points. Raises ValueError for arrays of unequal lengths or numbers out of range."""
        steps_x, steps_y = (whole(column, STEPS - 1, np.uint32) for column in (x, y))
        columns = {
            "level": whole(level, LEVELS - 1, np.uint8),
            "dwellings": whole(dwellings, STEPS - 1, np.uint32),
            "key": whole(key, LARGEST_KEY, np.uint64),
            "group": whole([0] * len(steps_x) if group is None else group, 0xFFFF, np.uint16),
        }
        if {len(column) for column in (steps_y, *columns.values())} != {len(steps_x)}:
            raise ValueError("the arrays of a snapshot must have one length")
        order = morton(steps_x, steps_y)
        ranks = np.argsort(order, kind="stable")
        self.order, self.x, self.y = order[ranks], steps_x[ranks], steps_y[ranks]
        for name, column in columns.items():
            setattr(self, name, column[ranks])

    def __len__(self) -> int:
        return len(self.order)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays and of the cells for clusters, once those are made; bytes."""
        arrays: int = sum(getattr(self, name).nbytes for name in COLUMNS)
        cells: Cells | None = self.__dict__.get("cells")
        return arrays + (cells.nbytes if cells else 0)

    def changed(self, removed: ArrayLike, added: Snapshot) -> Self:
        """A new snapshot without the points of these keys and with those of `added`."""
        return self._merged(~np.isin(self.key, np.asarray(removed, dtype=np.uint64)), added)

    def replaced(self, groups: ArrayLike, added: Snapshot) -> Self:
        """A new snapshot without the points of these groups and with those of `added`."""
        return self._merged(~np.isin(self.group, np.asarray(groups, dtype=np.uint16)), added)

    def only(self, keys: ArrayLike) -> Self:
        """A new snapshot with the points of these keys: what a filter leaves."""
        return self._merged(np.isin(self.key, np.asarray(keys, dtype=np.uint64)), None)

    def at_levels(self, levels: ArrayLike) -> Self:
        """A new snapshot with the points at these levels."""
        return self._merged(np.isin(self.level, np.asarray(levels, dtype=np.uint8)), None)

    def _merged(self, kept: NDArray[np.bool_], added: Snapshot | None) -> Self:
        merged = object.__new__(type(self))
        places = None if added is None else np.searchsorted(self.order[kept], added.order)
        for name in COLUMNS:
            column = getattr(self, name)[kept]
            if places is not None:
                column = np.insert(column, places, getattr(added, name))
            setattr(merged, name, column)
        return merged

    def tile(self, z: int, x: int, y: int, *, every_point: bool = False) -> bytes:
        """The tile as MVT 2.1, empty bytes when it holds nothing.

        From zoom CLUSTERED_BELOW on, layer `points`: id = key, level. Below, cells that hold several points come as
        layer `clusters`: n, l0 … l4 (points by level), worst (highest level), at the mean position.
        every_point: points at any zoom, with level and dwellings, for a map of densities or of sizes.
        Buffer 0: each point is in exactly one tile of a zoom. Raises OutsideGridError.
        """
        number = tile_number(z, x, y)
        if not every_point and z < CLUSTERED_BELOW:
            return self._clusters(number, z)
        shift = 2 * (BITS - z)
        ends = np.array([number << shift, ((number + 1) << shift) - 1], dtype=np.uint64)
        low = np.searchsorted(self.order, ends[0])
        high = np.searchsorted(self.order, ends[1], side="right")
        return self._points(slice(int(low), int(high)), z, sized=every_point)

    def _points(self, chosen: slice | NDArray[np.intp], z: int, *, sized: bool = False) -> bytes:
        x, y = inside_tile(self.x[chosen], z), inside_tile(self.y[chosen], z)
        attributes: dict[str, Attribute] = {"level": self.level[chosen]}
        if sized:
            attributes["dwellings"] = self.dwellings[chosen]
        return encode_points(POINT_LAYER, x, y, ids=self.key[chosen], attributes=attributes)

    @cached_property
    def cells(self) -> Cells:
        """The finest cells of clusters, made once: zooms below CLUSTERED_BELOW add them up."""
        return Cells.of(self)

    def _clusters(self, number: int, z: int) -> bytes:
        cells = self.cells.for_zoom(z)
        shift = 2 * (cells.zoom - z)
        ends = np.array([number << shift, (number + 1) << shift], dtype=np.uint64)
        low, high = np.searchsorted(cells.number, ends)
        if low == high:
            return b""
        shown = cells.part(slice(int(low), int(high))).summed(z + CELL_BITS)
        counts = shown.counts.sum(axis=1, dtype=np.int64)
        single = counts == 1
        alone, n, many = shown.first[single], counts[~single], shown.counts[~single]
        attributes: dict[str, Attribute] = {"n": n, "worst": worst_level(many)}
        attributes |= {f"l{level}": many[:, level] for level in range(LEVELS)}
        mean_x, mean_y = (total[~single] // n for total in (shown.x, shown.y))
        clusters = encode_points(
            CLUSTER_LAYER,
            inside_tile(mean_x, z),
            inside_tile(mean_y, z),
            ids=shown.number[~single],
            attributes=attributes,
        )
        return clusters + self._points(alone, z)


def whole(values: ArrayLike, most: int, kind: type[Any]) -> NDArray[Any]:
    """Whole numbers from 0 to `most`. Raises ValueError for any other, which a cast would wrap in silence."""
    array = np.asarray(values)
    if array.size and (int(array.min()) < 0 or int(array.max()) > most):
        raise ValueError(f"numbers of a snapshot go from 0 to {most} here")
    return array.astype(kind)


@dataclass(frozen=True, slots=True)
class Cells:
    """Points counted in the cells of one zoom, in Morton order.

    zoom: the cells are the tiles of that zoom; number: their Morton numbers; first: index of the first point of each;
    counts: points of level 0 … 4 by column; x, y: sums of the points' steps (sums of 2³¹ points would fit).
    coarse: the same for cells 16 times as wide, from which far zooms are drawn.
    """

    zoom: int
    number: UInt64
    first: UInt32
    counts: UInt32
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    coarse: Cells | None = None

    @classmethod
    def of(cls, snapshot: Snapshot) -> Cells:
        """Count a snapshot's points."""
        number = snapshot.order >> np.uint64(2 * (BITS - _FINEST))
        first = starts(number)
        counts = np.empty((len(first), LEVELS), dtype=np.uint32)
        for level in range(LEVELS):
            counts[:, level] = add_up(snapshot.level == level, first, np.uint32)
        x, y = (add_up(steps, first, np.int64) for steps in (snapshot.x, snapshot.y))
        finest = cls(_FINEST, number[first], first.astype(np.uint32), counts, x, y)
        coarse = finest.summed(_FINEST - COARSER_BITS)
        # Scattered points have as many wide cells as narrow ones: nothing is gained by a second set.
        return replace(finest, coarse=coarse) if 4 * len(coarse.first) <= len(first) else finest

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes."""
        names = ("number", "first", "counts", "x", "y")
        arrays: int = sum(getattr(self, name).nbytes for name in names)
        return arrays + (self.coarse.nbytes if self.coarse else 0)

    def for_zoom(self, z: int) -> Cells:
        """The widest cells from which tiles of a zoom can be drawn."""
        if self.coarse is not None and z + CELL_BITS <= self.coarse.zoom:
            return self.coarse
        return self

    def part(self, chosen: slice) -> Cells:
        """Some of the cells."""
        return Cells(
            self.zoom,
            self.number[chosen],
            self.first[chosen],
            self.counts[chosen],
            self.x[chosen],
            self.y[chosen],
        )

    def summed(self, zoom: int) -> Cells:
        """The cells of a zoom not finer than theirs."""
        if zoom == self.zoom:
            return self
        number = self.number >> np.uint64(2 * (self.zoom - zoom))
        first = starts(number)
        return Cells(
            zoom,
            number[first],
            self.first[first],
            np.add.reduceat(self.counts, first, axis=0, dtype=np.uint32)
            if len(first)
            else self.counts,
            add_up(self.x, first, np.int64),
            add_up(self.y, first, np.int64),
        )


def starts(number: UInt64) -> NDArray[np.intp]:
    """Where runs of equal numbers begin."""
    boundary = np.ones(len(number), dtype=bool)
    boundary[1:] = number[1:] != number[:-1]
    return np.flatnonzero(boundary)


def add_up(column: NDArray[Any], first: NDArray[np.intp], kind: type[Any]) -> NDArray[Any]:
    """Sums of the runs that begin at `first`."""
    if not len(first):
        return np.zeros(0, dtype=kind)
    return np.add.reduceat(column, first, dtype=kind)


def inside_tile(steps: NDArray[Any], z: int) -> NDArray[Any]:
    """Coordinates inside their tile, 0 … EXTENT − 1."""
    position = steps & steps.dtype.type((1 << (BITS - z)) - 1)
    shift = BITS - z - _EXTENT_BITS
    inside: NDArray[Any] = (
        position >> steps.dtype.type(shift) if shift >= 0 else position << steps.dtype.type(-shift)
    )
    return inside


def worst_level(counts: NDArray[Any]) -> NDArray[np.uint8]:
    """The highest level that each row holds."""
    worst = np.zeros(len(counts), dtype=np.uint8)
    for level in range(1, LEVELS):
        worst[counts[:, level] > 0] = level
    return worst
