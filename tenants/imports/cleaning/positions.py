"""Coordinates of a row, in the CRS that the row says, brought to EPSG:2154 (metres)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from pyproj import Transformer

from tenants.imports.cleaning.numbers import read_number, whole

LAMBERT_93, WGS_84 = 2154, 4326
# Extents in each CRS: west, south, east, north (from the EPSG registry's areas of use, with a margin).
EXTENTS: Final[dict[int, tuple[float, float, float, float]]] = {
    LAMBERT_93: (0, 5_900_000, 1_400_000, 7_300_000),
    WGS_84: (-64, -22, 56, 52),
    5490: (300_000, 1_500_000, 800_000, 2_100_000),  # RGAF09 / UTM 20 N, Antilles
    2972: (100_000, 200_000, 600_000, 700_000),  # RGFG95 / UTM 22 N, Guyane
    2975: (280_000, 7_600_000, 400_000, 7_750_000),  # RGR92 / UTM 40 S, La Réunion
    4471: (480_000, 8_500_000, 560_000, 8_650_000),  # RGM04 / UTM 38 S, Mayotte
    3857: (-7_200_000, -2_500_000, 6_300_000, 6_900_000),
}
# QUALITE_XY of RPLS: first digit the street, second the number; 33 is the centre of the commune.
QUALITY: Final[dict[str, str]] = {
    "11": "address", "21": "address", "12": "street", "22": "street", "33": "commune",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Position:
    """A point in EPSG:2154 (metres), rounded to the centimetre, and how it was read: "" or the code of a note."""

    x: float
    y: float
    note: str = ""


class BadPositionError(ValueError):
    """Coordinates that cannot be used; the argument is the code of a note."""


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, LAMBERT_93, always_xy=True)


def _inside(epsg: int, x: float, y: float) -> bool:
    west, south, east, north = EXTENTS[epsg]
    return west <= x <= east and south <= y <= north


def in_lambert_93(epsg: int, x: float, y: float) -> tuple[float, float]:
    """A point of that CRS in EPSG:2154, metres. Raises BadPositionError outside the extent of EXTENTS, and for 0, 0."""
    if not _inside(epsg, x, y) or (x == 0 and y == 0):
        raise BadPositionError("bad_coordinates")
    return (x, y) if epsg == LAMBERT_93 else _transformer(epsg).transform(x, y)


def read_epsg(text: str) -> int | None:
    """The code of a cell such as 2154, EPSG:2154, 2154.0; None when it is empty. Raises BadPositionError."""
    digits = re.sub(r"^EPSG:?\s*", "", whole(text).upper())
    if not digits:
        return None
    if not digits.isdigit() or int(digits) not in EXTENTS:
        raise BadPositionError("unknown_epsg")
    return int(digits)


@lru_cache(maxsize=65_536)
def read_position(x_text: str, y_text: str, epsg_text: str, *, geographic: bool) -> Position:
    """The point of a row. `geographic`: the cells are a longitude and a latitude (EPSG:4326).

    Without an EPSG code only what can be nothing else is taken: Lambert-93 metres in metropolitan France, or degrees.
    Raises BadPositionError.
    """
    x, y = read_number(x_text), read_number(y_text)
    if x is None or y is None:
        raise BadPositionError("bad_coordinates")
    epsg = WGS_84 if geographic else read_epsg(epsg_text)
    if epsg is None:
        epsg = next((code for code in (LAMBERT_93, WGS_84) if _inside(code, x, y)), None)
        if epsg is None:
            raise BadPositionError("unknown_epsg")
    note = ""
    if epsg == WGS_84 and 41 <= x <= 52 and -6 <= y <= 10:
        x, y, note = y, x, "coordinates_swapped"  # metropolitan France, latitude written first
    x, y = in_lambert_93(epsg, x, y)
    return Position(round(x, 2), round(y, 2), note)
