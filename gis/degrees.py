"""Points as maps on the web want them. Making a transformation costs a millisecond, using one a few microseconds."""

from __future__ import annotations

from functools import cache
from threading import local

from django.contrib.gis.gdal import AxisOrder, CoordTransform, SpatialReference
from django.contrib.gis.geos import Point

WGS_84 = 4326


class _Kept(local):
    """What a thread keeps: PROJ's transformations are not to be shared between threads."""

    def __init__(self) -> None:
        self.of = cache(_transformation)


def _transformation(srid: int) -> CoordTransform:
    # Longitude first, as geometries hold it; EPSG:4326 by itself would put the latitude first.
    source, target = (
        SpatialReference(code, axis_order=AxisOrder.TRADITIONAL) for code in (srid, WGS_84)
    )
    return CoordTransform(source, target)


_kept = _Kept()


def in_degrees(point: Point) -> Point:
    """A copy of the point in EPSG:4326, longitude first. Raises ValueError for a point without a reference system."""
    if point.srid is None:
        raise ValueError("a point without an SRID lies nowhere")
    copy: Point = point.clone()
    copy.transform(_kept.of(point.srid))
    return copy
