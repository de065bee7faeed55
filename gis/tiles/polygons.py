"""Tiles of territories and of the product's own base layer, cut by PostGIS."""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

from gis.tiles.encode import EXTENT
from gis.tiles.grid import HALF_SIDE_M, tile_number

TERRITORY_LAYER: Final = "territories"
LABEL_LAYER: Final = "labels"
BUFFER: Final = 64  # units of the tile: outlines are drawn across the edge

# From which zoom a kind is drawn: nearer than that its outlines are larger than a few pixels.
MIN_ZOOM: Final[dict[str, int]] = {
    "departement": 0,
    "commune": 7,
    "iris": 11,
    "qpv": 9,
    "zone": 8,
    "custom": 5,
}
# What the product's map draws of the kinds, and from which zoom.
DRAWN_FROM: Final[dict[str, int]] = {
    "departement": 0,
    "commune": 8,
    "custom": 8,
    "qpv": 10,
    "iris": 13,
}
BASE_ZOOM_OF_RANK_0: Final = 5  # a feature of rank r is drawn from zoom 5 + r
FULL_DETAIL_ZOOM: Final = 15

# Metropolitan France in EPSG:3857: beyond it EPSG:2154 has no meaning and a world-wide tile no image.
ENVELOPE = """WITH tile AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS frame
), ground AS (
    SELECT frame, ST_Transform(ST_Segmentize(ST_Intersection(
        ST_Expand(frame, %(margin)s), ST_MakeEnvelope(-670000, 5000000, 1230000, 6810000, 3857)
    ), 50000), 2154) AS area FROM tile
)"""

TERRITORIES = f"""{ENVELOPE}, held AS (
    SELECT t.id, t.code, t.name, t.kind, t.geom FROM territory_territory AS t, ground
    WHERE t.kind = %(kind)s AND t.geom && ground.area AND CASE
        WHEN %(vintage)s IS NOT NULL THEN t.vintage = %(vintage)s
        ELSE NOT EXISTS (
            SELECT FROM territory_territory AS newer
            WHERE newer.kind = t.kind AND newer.vintage > t.vintage
              AND CASE WHEN t.kind IN ('zone', 'custom') THEN newer.code = t.code
                       ELSE newer.departement_code = t.departement_code END)
        END
), drawn AS (
    SELECT id, code, name, kind, ST_AsMVTGeom(
        ST_Transform(CASE WHEN %(tolerance)s > 0 THEN ST_Simplify(geom, %(tolerance)s, true) ELSE geom END, 3857),
        ground.frame, {EXTENT}, {BUFFER}, true) AS shape
    FROM held, ground
), named AS (
    SELECT id, code, name, kind, ST_AsMVTGeom(
        ST_Transform(ST_PointOnSurface(geom), 3857), ground.frame, {EXTENT}, 0, true) AS shape
    FROM held, ground
)
SELECT (SELECT ST_AsMVT(drawn, %(outlines)s, {EXTENT}, 'shape', 'id') FROM drawn WHERE shape IS NOT NULL)
    || (SELECT ST_AsMVT(named, %(labels)s, {EXTENT}, 'shape', 'id') FROM named WHERE shape IS NOT NULL)
"""  # noqa: S608 -- constants of this module

BASE = f"""{ENVELOPE}, drawn AS (
    SELECT f.id, f.kind, f.name, f.rank, ST_AsMVTGeom(
        ST_Transform(CASE WHEN %(tolerance)s > 0 THEN ST_Simplify(f.geom, %(tolerance)s, true) ELSE f.geom END, 3857),
        ground.frame, {EXTENT}, {BUFFER}, true) AS shape
    FROM territory_basefeature AS f, ground
    WHERE f.geom && ground.area AND f.rank <= %(rank)s
    ORDER BY f.kind, f.rank, f.id
), layers AS (
    SELECT kind, ST_AsMVT(part, kind, {EXTENT}, 'shape', 'id') AS layer
    FROM (SELECT * FROM drawn WHERE shape IS NOT NULL) AS part GROUP BY kind
)
SELECT string_agg(layer, ''::bytea ORDER BY kind) FROM layers
"""  # noqa: S608 -- constants of this module


def territory_tile(
    kind: str, z: int, x: int, y: int, *, vintage: int | None = None, using: str = "default"
) -> bytes:
    """Territories of a kind as MVT: layers `territories` (outlines) and `labels` (one point each, inside).

    Attributes: code, name, kind; the feature id is the territory's. The current vintage unless one is asked for; empty
    bytes below the zoom from which the kind is drawn. Raises OutsideGridError, KeyError for an unknown kind.
    """
    return _territories(kind, z, x, y, using, vintage, (TERRITORY_LAYER, LABEL_LAYER))


def all_territories_tile(
    z: int, x: int, y: int, *, vintage: int | None = None, using: str = "default"
) -> bytes:
    """The territories that the map draws in one tile: layers `territories-KIND` and `labels-KIND`, as in territory_tile.

    One journey there and back instead of five, which is what counts on a slow network. Raises OutsideGridError.
    """
    tile_number(z, x, y)
    return b"".join(
        _territories(kind, z, x, y, using, vintage, (f"{TERRITORY_LAYER}-{kind}", f"{LABEL_LAYER}-{kind}"))
        for kind, drawn_from in DRAWN_FROM.items()
        if z >= drawn_from
    )  # fmt: skip


def _territories(
    kind: str, z: int, x: int, y: int, using: str, vintage: int | None, layers: tuple[str, str]
) -> bytes:
    if z < MIN_ZOOM[kind]:
        tile_number(z, x, y)
        return b""
    outlines, labels = layers
    asked = {"kind": kind, "vintage": vintage, "outlines": outlines, "labels": labels}
    return cut(TERRITORIES, z, x, y, using, asked)


def base_tile(z: int, x: int, y: int, *, using: str = "default") -> bytes:
    """The base layer as MVT: layers `park`, `street`, `water`; attributes name and rank. Raises OutsideGridError."""
    return cut(BASE, z, x, y, using, {"rank": max(z - BASE_ZOOM_OF_RANK_0, 0)})


def cut(statement: str, z: int, x: int, y: int, using: str, parameters: dict[str, Any]) -> bytes:
    """Run one of the statements above. Raises OutsideGridError for a tile that does not exist."""
    tile_number(z, x, y)
    side_m = 2 * HALF_SIDE_M / (1 << z)
    address = {"z": z, "x": x, "y": y, "margin": side_m * BUFFER / EXTENT}
    with connections[using].cursor() as cursor:
        cursor.execute(statement, address | {"tolerance": tolerance_m(z)} | parameters)
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] is not None else b""


def tolerance_m(z: int) -> float:
    """How far a simplified outline may move, in metres of EPSG:2154: half a pixel of a 512-pixel tile."""
    if z >= FULL_DETAIL_ZOOM:
        return 0.0
    return (
        HALF_SIDE_M / (1 << z) / 512 * 0.68
    )  # 0.68: cosine of 47° N, metres on the ground in a metre of EPSG:3857
