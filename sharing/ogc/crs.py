"""The coordinate systems that the layers are given in (OGC API – Features, Part 2), with the order of their axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.gis.geos import Polygon

STORED: Final = 2154


@dataclass(frozen=True)
class Crs:
    """A system by its URI. `north_first`: its first axis is the latitude."""

    uri: str
    srid: int
    north_first: bool = False
    decimals: int = 2


_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84: Final = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, decimals=6)
SYSTEMS: Final = (
    CRS84,
    Crs(f"{_EPSG}4326", 4326, north_first=True, decimals=6),
    Crs(f"{_EPSG}3857", 3857),
    Crs(f"{_EPSG}{STORED}", STORED),
)
BY_URI: Final = {crs.uri: crs for crs in SYSTEMS}
DENSIFIED: Final = 32
MARGIN_M: Final = 100.0


class BadBoxError(ValueError):
    """A bbox that is not four (or six) numbers in order."""


def box_of(text: str, crs: Crs) -> tuple[float, float, float, float]:
    """West, south, east, north in x, y order of the system. Raises BadBoxError."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise BadBoxError(text) from error
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(abs(each) < 1e9 for each in numbers):
        raise BadBoxError(text)
    if crs.north_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    if west > east or south > north:
        raise BadBoxError(text)
    if crs.srid == 4326 and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise BadBoxError(text)
    return west, south, east, north


def stored_window(box: tuple[float, float, float, float], crs: Crs) -> Polygon | None:
    """A window in EPSG:2154 that holds the box, for the index; None when the box is too wide for that system."""
    west, south, east, north = box
    if crs.srid == STORED:
        return Polygon.from_bbox(box)
    degrees = crs.srid == 4326
    limit = 40.0 if degrees else 4_500_000.0
    if (
        east - west > limit
        or north - south > limit
        or (degrees and abs((west + east) / 2 - 3) > 30)
    ):
        return None
    steps = [each / DENSIFIED for each in range(DENSIFIED)]
    width, height = east - west, north - south
    ring = [
        *[(west + width * at, south) for at in steps], *[(east, south + height * at) for at in steps],
        *[(east - width * at, north) for at in steps], *[(west, north - height * at) for at in steps],
    ]  # fmt: skip
    outline = Polygon([*ring, ring[0]], srid=crs.srid)
    outline.transform(STORED)
    x0, y0, x1, y1 = outline.extent
    window = Polygon.from_bbox((x0 - MARGIN_M, y0 - MARGIN_M, x1 + MARGIN_M, y1 + MARGIN_M))
    window.srid = STORED
    return window
