"""Tiles of the shared sites: cut from the very query set that the list shows, clustered after the reader's rights."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import QuerySet

from gis.territories.models import LAMBERT_93
from sharing.access.models import SharedSite

CLUSTERED_BELOW: Final = 12  # from this zoom on, every site by itself
WINDOW_FROM: Final = 8
EXTENT: Final = 4096
CELL: Final = 256  # side of a cluster's cell, in units of the tile: 16 × 16 cells

# A tile holds its western and southern edges, not the other two: each site is in exactly one tile of a zoom. The window
# of EPSG:2154 only spares the transformation of far sites; wider than the tile, since its edges bend there, and left out
# at zooms where the tile is larger than what EPSG:2154 can hold.
POINTS = """
WITH tile AS (SELECT ST_TileEnvelope(%s, %s, %s) AS box),
near AS (
  SELECT s.key, s.level, s.dwellings, ST_Transform(s.geom, 3857) AS spot, tile.box
  FROM tile, ({sites}) s
  WHERE {far} OR s.geom && ST_Expand(ST_Transform(tile.box, {srid}), 2000)
), inside AS (
  SELECT key, level, dwellings, ST_AsMVTGeom(spot, box, {extent}, 0, false) AS place
  FROM near
  WHERE ST_X(spot) >= ST_XMin(box) AND ST_X(spot) < ST_XMax(box)
    AND ST_Y(spot) >= ST_YMin(box) AND ST_Y(spot) < ST_YMax(box)
)
"""
AS_POINTS = "SELECT ST_AsMVT(p, 'points', {extent}, 'place') FROM (SELECT key::text, level, dwellings, place FROM inside) p"
AS_CLUSTERS = """, cells AS (
  SELECT row_number() OVER () AS id, count(*) AS n, sum(dwellings)::bigint AS dwellings, max(level) AS worst,
         count(*) FILTER (WHERE level = 1) AS l1, count(*) FILTER (WHERE level = 2) AS l2,
         count(*) FILTER (WHERE level = 3) AS l3, count(*) FILTER (WHERE level = 4) AS l4,
         min(key::text) AS key, ST_SnapToGrid(ST_Centroid(ST_Collect(place)), 1) AS place
  FROM inside GROUP BY floor(ST_X(place) / {cell}), floor(ST_Y(place) / {cell})
)
SELECT coalesce((SELECT ST_AsMVT(c, 'clusters', {extent}, 'place', 'id') FROM (
                   SELECT id, n, dwellings, worst, l1, l2, l3, l4, place FROM cells WHERE n > 1) c), ''::bytea)
    || coalesce((SELECT ST_AsMVT(p, 'points', {extent}, 'place') FROM (
                   SELECT key, worst AS level, dwellings, place FROM cells WHERE n = 1) p), ''::bytea)
"""


class OutsideWorldError(ValueError):
    """A tile that no zoom of the world holds."""


def shared_tile(sites: QuerySet[SharedSite], z: int, x: int, y: int) -> bytes:
    """The sites inside one tile as MVT 2.1; positions of EPSG:2154 drawn in EPSG:3857. Raises OutsideWorldError."""
    if not 0 <= z <= 22 or not 0 <= x < 2**z or not 0 <= y < 2**z:
        raise OutsideWorldError(f"{z}/{x}/{y}")
    chosen = sites.order_by().select_related(None).filter(geom__isnull=False)
    statement, parameters = chosen.only("key", "level", "dwellings", "geom").query.sql_with_params()
    # The ORM reads geometries as binary text; the tile needs them as they are stored.
    statement = statement.replace('"geom"::bytea', '"geom"')
    far = "true" if z < WINDOW_FROM else "false"
    values = {"extent": EXTENT, "cell": CELL, "srid": LAMBERT_93, "sites": statement, "far": far}
    ending = AS_CLUSTERS if z < CLUSTERED_BELOW else AS_POINTS
    with connection.cursor() as cursor:
        cursor.execute((POINTS + ending).format(**values), [z, x, y, *parameters])
        return bytes(cursor.fetchone()[0])
