"""Geometry of a file made fit for the database: polygons, valid, flat, in EPSG:2154.

Runs in the child process: imports nothing of Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

LAMBERT_93 = 2154
# Metropolitan France in EPSG:2154, metres, with a wide margin: beyond, distances are wrong.
WEST, SOUTH, EAST, NORTH = -300_000.0, 5_800_000.0, 1_600_000.0, 7_500_000.0
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7


class UnknownCrsError(Exception):
    """The file names a coordinate system that PROJ does not know."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One geometry after treatment.

    `wkb` is a MultiPolygon in EPSG:2154, None when `reason` says why there is none. Areas in m²
    are given for repaired geometries only.
    """

    wkb: bytes | None
    reason: str = ""
    repaired: bool = False
    area_before: float = 0.0
    area_after: float = 0.0


def to_lambert_93(geometries: Any, crs: str) -> Any:
    """Array of geometries in EPSG:2154. Raises UnknownCrsError."""
    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise UnknownCrsError(crs) from error
    if source.to_epsg() == LAMBERT_93:
        return geometries
    transformer = Transformer.from_crs(source, CRS.from_epsg(LAMBERT_93), always_xy=True)

    def project(coordinates: Any) -> Any:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(geometries, project)


def polygons_only(geometry: Any) -> Any:
    """The polygons of a geometry as one MultiPolygon, None when it holds none."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    kept = [part for part in parts if shapely.get_type_id(part) == POLYGON and part.area > 0]
    if not kept:
        return None
    together = shapely.multipolygons(kept)
    # The members of a collection may overlap where those of a MultiPolygon may not.
    return (
        together if shapely.is_valid(together) else shapely.multipolygons([shapely.union_all(kept)])
    )


def treat(source: Any, projected: Any) -> Shape:
    """One geometry: `source` as in the file, `projected` the same in EPSG:2154."""
    if source is None or shapely.is_empty(source):
        return Shape(None, "no_geometry")
    if shapely.get_type_id(source) not in (POLYGON, MULTIPOLYGON, COLLECTION):
        return Shape(None, "not_polygon")
    west, south, east, north = shapely.bounds(projected)
    if not (west > WEST and south > SOUTH and east < EAST and north < NORTH):
        return Shape(None, "outside_france")
    valid = bool(shapely.is_valid(projected))
    # "structure" keeps what the outline surrounds; "linework" would punch holes at each crossing.
    fixed = projected if valid else shapely.make_valid(projected, method="structure")
    polygons = polygons_only(fixed)
    if polygons is None or not shapely.is_valid(polygons):
        return Shape(None, "not_repairable" if not valid else "not_polygon")
    wkb = shapely.to_wkb(polygons)
    if valid:
        return Shape(wkb)
    return Shape(wkb, "", True, float(shapely.area(projected)), float(shapely.area(polygons)))


def treat_all(geometries: Any, crs: str) -> list[Shape]:
    """Every geometry of a file, in its order. Raises UnknownCrsError."""
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    projected = to_lambert_93(flat, crs)
    return [treat(source, shape) for source, shape in zip(flat, projected, strict=True)]
