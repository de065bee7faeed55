"""GeoJSON as rows. Runs in the child process; imports no Django."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import shapely

from tenants.imports.tables.features import Rows, rows_of_features
from tenants.imports.tables.text_files import NotATableError


def read_geojson(file: BinaryIO) -> tuple[str, Rows]:
    """The EPSG code and the rows of a FeatureCollection. Raises NotATableError."""
    try:
        # The standard library's reader fails in an orderly way when memory or nesting runs out.
        document = json.load(io.TextIOWrapper(file, encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotATableError("broken_json") from error
    features = document.get("features") if document.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise NotATableError("not_a_collection")
    epsg = _epsg(document.get("crs"))
    names: dict[str, None] = {}
    for feature in features:
        if isinstance(properties := feature.get("properties"), dict):
            names |= dict.fromkeys(properties)
    fields = list(names)
    return epsg, rows_of_features(fields, epsg, _features(features, fields))


def _features(features: list[dict[str, Any]], fields: list[str]) -> Iterator[tuple[Any, list[Any]]]:
    for feature in features:
        properties = feature.get("properties")
        values = properties if isinstance(properties, dict) else {}
        yield _geometry(feature.get("geometry")), [values.get(name) for name in fields]


def _geometry(value: Any) -> Any:
    """The shapely geometry; an object without its own `crs`, which could name an address."""
    if not isinstance(value, dict):
        return None
    plain = {name: value[name] for name in ("type", "coordinates", "geometries") if name in value}
    return shapely.from_geojson(json.dumps(plain), on_invalid="ignore")


def _epsg(declared: Any) -> str:
    """The code of the (pre-RFC 7946) `crs` member; 4326 without one; « inconnu » for what names no EPSG code."""
    if declared is None:
        return "4326"
    properties = declared.get("properties") if isinstance(declared, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    words = [word for word in name.upper().split(":") if word]
    if words and words[-1] == "CRS84":
        return "4326"
    return words[-1] if "EPSG" in words and words[-1].isdigit() else "inconnu"
