"""Geometries in the API, described in its schema: the libraries cannot guess the type of a computed geometry."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework_gis.fields import GeometryField

POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}


def geojson(kind: str, coordinates: dict[str, Any]) -> dict[str, Any]:
    """JSON schema of a GeoJSON geometry (EPSG:4326), or null where there is none."""
    return {
        "type": "object",
        "nullable": True,
        "properties": {"type": {"type": "string", "enum": [kind]}, "coordinates": coordinates},
    }


def rings(depth: int) -> dict[str, Any]:
    """Positions nested that many times."""
    return POSITION if depth == 0 else {"type": "array", "items": rings(depth - 1)}


@extend_schema_field(geojson("Point", POSITION))
class PointField(GeometryField):  # type: ignore[misc]  # the library ships no types
    """A point in EPSG:4326."""


@extend_schema_field(geojson("MultiPolygon", rings(3)))
class OutlineField(GeometryField):  # type: ignore[misc]  # the library ships no types
    """A surface in EPSG:4326, in one or several pieces."""
