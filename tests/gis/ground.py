"""A small invented ground, EPSG:2154: communes of 1 km in a row, with IRIS, a QPV, a police district."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon

from gis.models import Territory

X0, Y0 = 650_000.0, 6_860_000.0


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """A rectangle; metres from the south-west corner of the ground."""
    return MultiPolygon(
        Polygon.from_bbox((X0 + west, Y0 + south, X0 + east, Y0 + north)), srid=2154
    )


def territory(kind: str, code: str, geom: MultiPolygon, **fields: Any) -> Territory:
    """A territory of the invented département 99, not saved."""
    defaults: dict[str, Any] = {
        "name": f"{kind} {code}",
        "vintage": 2024,
        "departement_code": "99",
        "commune_codes": [],
    }
    return Territory(kind=kind, code=code, geom=geom, **(defaults | fields))


def lay(using: str = "owner") -> dict[str, Territory]:
    """Write the ground; territories by code.

    Communes 99001, 99002, 99003 from west to east; two IRIS in 99001, west and east; the QPV over the border of 99001
    and 99002; a police district of 99001 and 99002.
    """
    rows = [
        territory("departement", "99", box(0, 0, 3000, 1000)),
        *(
            territory("commune", f"9900{n}", box(1000 * n - 1000, 0, 1000 * n, 1000), commune_codes=[f"9900{n}"])
            for n in (1, 2, 3)
        ),
        territory("iris", "990010101", box(0, 0, 500, 1000), commune_codes=["99001"], iris_type="H"),
        territory("iris", "990010102", box(500, 0, 1000, 1000), commune_codes=["99001"], iris_type="H"),
        territory("qpv", "QN09901M", box(900, 400, 1100, 600), commune_codes=["99001", "99002"]),
        territory("custom", "TP-POLICE", box(0, 0, 2000, 1000), commune_codes=["99001", "99002"]),
    ]  # fmt: skip
    Territory.objects.using(using).bulk_create(rows)
    return {row.code: row for row in rows}
