"""The zones on the map: outlines and one point each, of what the reader may read of a published release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from gis.tiles.encode import EXTENT
from gis.tiles.polygons import BUFFER, ENVELOPE, cut
from sharing.sites.zone_lines import Line

LAYER: Final = "zones"

# A zone of several neighbourhoods has one number, one outline for each, and one point, in the largest.
ZONES: Final = f"""{ENVELOPE}, told AS (
    SELECT * FROM jsonb_to_recordset(%(told)s::jsonb)
        AS x(number bigint, name text, status text, sites int, high int, territories bigint[])
), placed AS (
    SELECT told.number, told.name, told.status, told.sites, told.high, t.geom,
           row_number() OVER (PARTITION BY told.number ORDER BY ST_Area(t.geom) DESC, t.id) = 1 AS is_largest
    FROM told JOIN territory_territory AS t ON t.id = ANY (told.territories)
), held AS (
    SELECT placed.* FROM placed, ground WHERE placed.geom && ground.area
), drawn AS (
    SELECT number, name, status, sites, high, ST_AsMVTGeom(
        ST_Transform(CASE WHEN %(tolerance)s > 0 THEN ST_Simplify(geom, %(tolerance)s, true) ELSE geom END, 3857),
        ground.frame, {EXTENT}, {BUFFER}, true) AS shape
    FROM held, ground
    UNION ALL
    SELECT number, name, status, sites, high, ST_AsMVTGeom(
        ST_Transform(ST_PointOnSurface(geom), 3857), ground.frame, {EXTENT}, 0, true)
    FROM held, ground WHERE is_largest
)
SELECT ST_AsMVT(drawn, '{LAYER}', {EXTENT}, 'shape', 'number') FROM drawn WHERE shape IS NOT NULL
"""  # noqa: S608 -- constants of this module


def zone_tile(lines: Sequence[Line], z: int, x: int, y: int) -> bytes:
    """One tile of them, layer `zones`: polygons and a point each; the feature's id is the zone's number.

    Attributes: name, status (published or withheld), sites, and high, the percentage of them at levels 3 and 4; a
    withheld zone has neither. Raises OutsideGridError.
    """
    told = [
        {
            "number": line.zone.number,
            "name": line.title,
            "status": "withheld" if line.total is None else "published",
            "sites": line.total,
            "high": line.high_percent,
            "territories": line.zone.territory_ids,
        }
        for line in lines
    ]
    return cut(ZONES, z, x, y, "default", {"told": json.dumps(told)})
