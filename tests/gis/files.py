"""Small territory files written on the fly, in the invented département 99."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

LAMBERT_93 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
X0, Y0 = 650_000.0, 6_860_000.0


def square(column: int, row: int = 0, side: float = 1000.0) -> dict[str, Any]:
    """A square of the invented ground, EPSG:2154: neighbours share an edge."""
    x, y = X0 + column * 1000.0, Y0 + row * 1000.0
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def bow_tie() -> dict[str, Any]:
    """An outline that crosses itself: two triangles of 250,000 m² each."""
    ring = [[X0, Y0], [X0 + 1000, Y0 + 1000], [X0 + 1000, Y0], [X0, Y0 + 1000], [X0, Y0]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_geojson(path: Path, *features: dict[str, Any], crs: Any = LAMBERT_93) -> Path:
    """A FeatureCollection in EPSG:2154 unless said otherwise; `crs=None` leaves the member out."""
    document: dict[str, Any] = {"type": "FeatureCollection", "features": list(features)}
    if crs is not None:
        document["crs"] = crs
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_geopackage(path: Path, *features: dict[str, Any], layer: str = "contours") -> Path:
    """A GeoPackage with one layer of MultiPolygons in EPSG:2154; every property is text."""
    shapes = [shapely.from_geojson(json.dumps(item["geometry"])) for item in features]
    names = list(features[0]["properties"])
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[
            np.array([item["properties"][name] for item in features], dtype=object)
            for name in names
        ],
        fields=names,
        crs="EPSG:2154",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        layer=layer,
        driver="GPKG",
        append=path.exists(),
    )
    return path


def commune(column: int = 0, code: str | None = None, name: str = "Port-Orsen") -> dict[str, Any]:
    """A square commune 9900N in column N."""
    return feature(square(column), code=code or f"9900{column}", nom=name)
