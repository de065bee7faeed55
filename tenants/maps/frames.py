"""Frames of the map: a box of degrees, a tile, the whole stock."""

from __future__ import annotations

import math
from typing import Final

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tenants.stock.models import Site
from tenants.stock.views.maps import box_in_lambert

# West, south, east, north, degrees: metropolitan France, where there is no site yet.
METROPOLE: Final = (-5.2, 41.3, 9.6, 51.1)
# EPSG:2154 means nothing far from France: what lies beyond cannot hold a site anyway.
REACH: Final = (-10.0, 40.0, 15.0, 53.0)
WHOLE_STOCK_BELOW: Final = 7  # zooms whose tile is larger than what EPSG:2154 is made for

Degrees = tuple[float, float, float, float]


def frame_of(rows: QuerySet[Site]) -> Degrees:
    """The frame of the sites in degrees, at least about a kilometre wide."""
    extent = rows.order_by().aggregate(frame=Extent("geom"))["frame"]
    if extent is None:
        return METROPOLE
    box = Polygon.from_bbox(extent)
    box.srid = 2154
    west, south, east, north = box.buffer(500).transform(4326, clone=True).extent
    return round(west, 5), round(south, 5), round(east, 5), round(north, 5)


def asked_degrees(text: str) -> Degrees | None:
    """The frame « west,south,east,north ». Raises Http404 for what is not one."""
    if not text:
        return None
    try:
        west, south, east, north = (float(word) for word in text.split(","))
    except ValueError as error:
        raise Http404(_("Le cadre de la carte est illisible. Rechargez la page.")) from error
    if not (-180 <= west < east <= 180 and -85.06 <= south < north <= 85.06):
        raise Http404(_("Le cadre de la carte est illisible. Rechargez la page."))
    return west, south, east, north


def in_lambert(frame: Degrees) -> Polygon:
    """The box in EPSG:2154 that holds a frame in degrees; an empty one for a frame out of reach."""
    west, south = max(frame[0], REACH[0]), max(frame[1], REACH[1])
    east, north = min(frame[2], REACH[2]), min(frame[3], REACH[3])
    if west >= east or south >= north:
        return Polygon.from_bbox((0, 0, 0, 0))
    return box_in_lambert(west, south, east, north)


def degrees_of_tile(z: int, x: int, y: int) -> Degrees:
    """The frame of a tile."""

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / (1 << z)))))

    return 360 * x / (1 << z) - 180, latitude(y + 1), 360 * (x + 1) / (1 << z) - 180, latitude(y)


def within_tile(rows: QuerySet[Site], z: int, x: int, y: int) -> QuerySet[Site]:
    """The rows near a tile: the box spares the transformation of far ones, the cut is done on the grid."""
    if z < WHOLE_STOCK_BELOW:
        return rows
    return rows.filter(geom__bboverlaps=in_lambert(degrees_of_tile(z, x, y)))
