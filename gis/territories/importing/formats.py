"""GeoJSON and GeoPackage, read without trusting them.

Runs in the child process: imports nothing of Django. GeoJSON does not go through GDAL: GDAL picks
its driver by content (a VRT named .geojson reads a file of the server), and its GeoJSON driver
fetches the address that a `crs` of type `link` names.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
DEFAULT_CRS = "EPSG:4326"


class UnreadableError(Exception):
    """A file that cannot be read; `args[0]` is a code that the parent process words."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: column names, one dict per feature, geometries in `crs`."""

    crs: str
    fields: list[str]
    properties: list[dict[str, Any]]
    geometries: Any


def read(path: Path) -> Content:
    """Read a file by what it is, not by its name. Raises UnreadableError."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        raise UnreadableError("empty_file")
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] not in GEOPACKAGE_IDS:
            raise UnreadableError("wrong_format")
        return read_geopackage(path)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return read_geojson(path)
    raise UnreadableError("wrong_format")


# --- GeoJSON


def geojson_crs(document: dict[str, Any]) -> str:
    """The CRS that the (pre-RFC 7946) `crs` member names, WGS 84 without one."""
    declared = document.get("crs")
    if declared is None:
        return DEFAULT_CRS
    if not isinstance(declared, dict) or declared.get("type") != "name":
        raise UnreadableError("crs_refused")
    properties = declared.get("properties")
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    words = [word for word in name.upper().split(":") if word]
    if words and words[-1] == "CRS84":
        return DEFAULT_CRS
    if "EPSG" not in words or not words[-1].isdigit():
        raise UnreadableError("crs_refused")
    return f"EPSG:{words[-1]}"


def geojson_geometry(value: Any) -> Any:
    """The shapely geometry of one GeoJSON geometry, None when it is absent or malformed."""
    if not isinstance(value, dict):
        return None
    return shapely.from_geojson(json.dumps(value), on_invalid="ignore")


def read_geojson(path: Path) -> Content:
    """Read a FeatureCollection or a single Feature. Raises UnreadableError."""
    try:
        # The standard library's reader fails in an orderly way when memory or nesting runs out.
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("broken_json") from error
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if document.get("type") not in ("Feature", "FeatureCollection") or not isinstance(
        features, list
    ):
        raise UnreadableError("not_a_collection")
    if not all(isinstance(feature, dict) for feature in features):
        raise UnreadableError("not_a_collection")
    crs = geojson_crs(document)
    properties = [
        found if isinstance(found := feature.get("properties"), dict) else {}
        for feature in features
    ]
    fields = list(dict.fromkeys(name for row in properties for name in row))
    geometries = [geojson_geometry(feature.get("geometry")) for feature in features]
    return Content(crs, fields, properties, np.array(geometries, dtype=object))


# --- GeoPackage


def runs_code(kind: str, sql: str) -> bool:
    """Whether reading this entry of the schema would run something that the file brought along."""
    words = " ".join(sql.upper().split())
    virtual = words.startswith("CREATE VIRTUAL") and " USING RTREE" not in words
    return kind == "view" or virtual


def geopackage_layer(path: Path) -> str:
    """The one layer of features; refuses views and computed columns, which run the file's own code.

    Raises UnreadableError.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        schema = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        tables = {
            name
            for kind, name, sql in schema
            if kind == "table" and str(sql).upper().startswith("CREATE TABLE")
        }
        if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= tables:
            raise UnreadableError("wrong_format")
        if any(runs_code(kind, str(sql)) for kind, _name, sql in schema):
            raise UnreadableError("geopackage_view")
        layers = [
            str(name)
            for (name,) in connection.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
            )
        ]
        if len(layers) != 1:
            raise UnreadableError("one_layer")
        if layers[0] not in tables:
            raise UnreadableError("geopackage_view")
        columns = connection.execute("SELECT hidden FROM pragma_table_xinfo(?)", layers)
        if any(hidden for (hidden,) in columns):
            raise UnreadableError("geopackage_view")
    except sqlite3.DatabaseError as error:
        raise UnreadableError("broken_geopackage") from error
    finally:
        connection.close()
    return layers[0]


def read_geopackage(path: Path) -> Content:
    """Read the one layer of a GeoPackage through GDAL. Raises UnreadableError."""
    layer = geopackage_layer(path)
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    if set(pyogrio.list_drivers()) != {"GPKG"}:
        raise UnreadableError("drivers_open")
    try:
        meta, _ids, wkb, columns = pyogrio.raw.read(path, layer=layer, force_2d=True)
    except (DataSourceError, DataLayerError) as error:
        raise UnreadableError("broken_geopackage") from error
    if meta["crs"] is None:
        raise UnreadableError("crs_refused")
    fields = [str(name) for name in meta["fields"]]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    properties = [dict(zip(fields, row, strict=True)) for row in rows]
    geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    return Content(str(meta["crs"]), fields, properties, geometries)
