"""The SQL of placement: few statements for many points, bounding boxes first so that the index is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

CURRENT = """NOT EXISTS (
    SELECT FROM territory_territory AS newer
    WHERE newer.kind = t.kind AND newer.vintage > t.vintage
      AND CASE WHEN t.kind IN ('zone', 'custom') THEN newer.code = t.code
               ELSE newer.departement_code = t.departement_code END)"""

POINTS = """WITH point AS (
    SELECT number, ST_SetSRID(ST_MakePoint(x, y), 2154) AS geom
    FROM unnest(%(number)s::int[], %(x)s::float8[], %(y)s::float8[]) AS given (number, x, y)
)"""

HOLDING = f"""{POINTS}
SELECT point.number, t.id, t.kind, t.code, t.departement_code, 0.0
FROM point JOIN territory_territory AS t
  ON t.geom && point.geom AND ST_Intersects(t.geom, point.geom)
WHERE t.kind <> 'departement' AND {CURRENT}
ORDER BY point.number, t.kind, t.code"""  # noqa: S608 -- constants of this module

NEAR = f"""{POINTS}
SELECT point.number, t.id, t.kind, t.code, t.departement_code, ST_Distance(t.geom, point.geom) AS distance_m
FROM point JOIN territory_territory AS t
  ON t.geom && ST_Expand(point.geom, %(reach_m)s) AND ST_DWithin(t.geom, point.geom, %(reach_m)s)
WHERE t.kind = ANY(%(kinds)s) AND {CURRENT}
ORDER BY point.number, t.kind, distance_m, t.code"""  # noqa: S608 -- constants of this module

# The newest vintage of each code, current or not: a file may cite the QPV of 2015.
BY_CODE = """
SELECT DISTINCT ON (t.kind, t.code) t.id, t.kind, t.code, t.departement_code, t.commune_codes
FROM territory_territory AS t
WHERE (t.kind, t.code) IN (SELECT * FROM unnest(%(kind)s::text[], %(code)s::text[]))
ORDER BY t.kind, t.code, t.vintage DESC"""

# Without a position, a zone or a custom territory counts only when it takes in the whole commune, drawing apart.
WHOLE_COMMUNE = f"""
SELECT commune.code, t.id
FROM territory_territory AS commune
JOIN territory_territory AS t
  ON t.kind IN ('zone', 'custom') AND commune.code = ANY(t.commune_codes) AND t.geom && commune.geom
 AND ST_Area(ST_Intersection(t.geom, commune.geom)) > 0.99 * commune.area_m2
WHERE commune.id = ANY(%(ids)s) AND {CURRENT}"""  # noqa: S608 -- constants of this module


@dataclass(frozen=True, slots=True)
class Found:
    """One territory around a point; `distance_m` is 0 inside it."""

    id: int
    kind: str
    code: str
    departement: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Coded:
    """One territory found by its code."""

    id: int
    departement: str
    communes: list[str]


class Catalogue:
    """The territories as one connection reads them."""

    def __init__(self, using: str) -> None:
        self.using = using

    def _rows(self, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    def around(
        self, statement: str, points: Sequence[tuple[int, float, float]], **parameters: Any
    ) -> dict[int, list[Found]]:
        """Territories by number of the point, for HOLDING or NEAR; points are (number, x, y), EPSG:2154."""
        found: dict[int, list[Found]] = defaultdict(list)
        if points:
            numbers, xs, ys = (list(column) for column in zip(*points, strict=True))
            for number, *territory in self._rows(
                statement, parameters | {"number": numbers, "x": xs, "y": ys}
            ):
                found[number].append(Found(*territory))
        return found

    def by_code(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Coded]:
        """The newest territory of each (kind, code) that is loaded."""
        pairs = sorted(set(wanted))
        rows = self._rows(
            BY_CODE, {"kind": [kind for kind, _ in pairs], "code": [code for _, code in pairs]}
        )
        return {
            (kind, code): Coded(id_, dep, list(communes)) for id_, kind, code, dep, communes in rows
        }

    def whole_communes(self, commune_ids: Iterable[int]) -> dict[str, list[int]]:
        """Zones and custom territories that take in a whole commune, by commune code."""
        found: dict[str, list[int]] = defaultdict(list)
        for code, id_ in self._rows(WHOLE_COMMUNE, {"ids": sorted(set(commune_ids))}):
            found[code].append(id_)
        return found
