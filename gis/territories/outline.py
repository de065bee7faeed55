"""Small drawings of outlines for lists, as SVG paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections

# A drawing of a few millimetres shows nothing finer than a fiftieth of its width. SVG's y axis points down: ST_AsSVG
# negates y, and the box follows, with room for the stroke.
OUTLINES = """
SELECT id, concat_ws(' ', floor(ST_XMin(geom) - side / 25), floor(-ST_YMax(geom) - side / 25),
                     ceil(side * 1.08), ceil(side * 1.08)),
    ST_AsSVG(ST_Simplify(geom, side / 50, true), 0, 0)
FROM territory_territory
CROSS JOIN LATERAL (SELECT greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom), 1) AS side) AS box
WHERE id = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class Outline:
    """A square drawing: `view_box` and the `d` of its path, in metres of EPSG:2154."""

    view_box: str
    path: str


def outlines(ids: Iterable[int], *, using: str = "default") -> dict[int, Outline]:
    """The drawing of each territory."""
    with connections[using].cursor() as cursor:
        cursor.execute(OUTLINES, [list(ids)])
        return {id_: Outline(box, path) for id_, box, path in cursor.fetchall()}
