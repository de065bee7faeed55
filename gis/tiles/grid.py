"""Positions on the square of web maps, in whole numbers: quantisation and Morton order.

The square of EPSG:3857 (± 20,037,508.34 m) is cut in 2³² steps a side, 9.3 mm at the equator. x grows to the east, y to
the south, as tiles do: the tile of a point at zoom z is (x >> (32 − z), y >> (32 − z)). The Morton key interleaves the
bits of y and x, so that every tile is one range of keys (G. M. Morton, 1966).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

BITS: Final = 32
STEPS: Final = 1 << BITS
HALF_SIDE_M: Final = math.pi * 6_378_137.0
MAX_ZOOM: Final = 22

UInt32 = NDArray[np.uint32]
UInt64 = NDArray[np.uint64]

_MASKS: Final = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


class OutsideGridError(ValueError):
    """A tile address that does not exist."""


def quantise(x_m: ArrayLike, y_m: ArrayLike) -> tuple[UInt32, UInt32]:
    """Steps from EPSG:3857 metres; positions beyond the square are brought to its edge."""
    x = (np.asarray(x_m, dtype=np.float64) / HALF_SIDE_M + 1) * (STEPS / 2)
    y = (1 - np.asarray(y_m, dtype=np.float64) / HALF_SIDE_M) * (STEPS / 2)
    return _steps(x), _steps(y)


def quantise_degrees(longitude: ArrayLike, latitude: ArrayLike) -> tuple[UInt32, UInt32]:
    """Steps from EPSG:4326 degrees (spherical Mercator); beyond ± 85.05° the edge of the square."""
    x = (np.asarray(longitude, dtype=np.float64) / 180 + 1) * (STEPS / 2)
    radians = np.radians(np.clip(np.asarray(latitude, dtype=np.float64), -89.9, 89.9))
    y = (1 - np.arcsinh(np.tan(radians)) / math.pi) * (STEPS / 2)
    return _steps(x), _steps(y)


def degrees(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes (EPSG:4326) of steps; less than a centimetre from what was quantised."""
    longitude = np.asarray(x, dtype=np.float64) * (360 / STEPS) - 180
    latitude = np.degrees(
        np.arctan(np.sinh(math.pi * (1 - np.asarray(y, dtype=np.float64) * (2 / STEPS))))
    )
    return longitude, latitude


def quantised_sql(geom: str) -> tuple[str, str]:
    """The same in SQL, as bigint expressions for x and y; `geom` is a point expression of any SRID."""
    place = f"ST_Transform({geom}, 3857)"
    x = f"ST_X({place}) / {HALF_SIDE_M!r} + 1"
    y = f"1 - ST_Y({place}) / {HALF_SIDE_M!r}"
    top, half = STEPS - 1, STEPS // 2
    return f"least(greatest(floor(({x}) * {half})::bigint, 0), {top})", (
        f"least(greatest(floor(({y}) * {half})::bigint, 0), {top})"
    )


def _steps(values: NDArray[np.float64]) -> UInt32:
    return np.clip(np.floor(values), 0, STEPS - 1).astype(np.uint32)


def morton(x: UInt32, y: UInt32) -> UInt64:
    """Morton keys: bit 2i is bit i of x, bit 2i + 1 is bit i of y."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def _spread(values: UInt32) -> UInt64:
    spread = values.astype(np.uint64)
    for shift, mask in _MASKS:
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread


def tile_number(z: int, x: int, y: int) -> int:
    """The Morton number of a tile among those of its zoom. Raises OutsideGridError."""
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise OutsideGridError(f"{z}/{x}/{y}")
    return _spread_one(x) | (_spread_one(y) << 1)


def _spread_one(value: int) -> int:
    # As _spread: for one number, arrays take fifty times as long.
    for shift, mask in _MASKS:
        value = (value | (value << shift)) & mask
    return value
