"""Write rows of territories: one upsert, then what geometry alone can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connections

from gis.territories.importing.report import ImportReport
from gis.territories.importing.rows import TerritoryRow

BATCH = 500

# Unchanged rows are left alone, so that repeating an import writes nothing. PostGIS compares "="
# on the exact coordinates. Its GEOS may be older than ours and find fault with a repaired outline.
UPSERT = """
INSERT INTO territory_territory AS kept (
    kind, code, name, vintage, geom, departement_code, commune_codes, iris_type, repaired, source,
    created_at)
SELECT %(kind)s, code, name, %(vintage)s,
    CASE WHEN ST_IsValid(geom) THEN geom
         ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(geom), 3)) END,
    departement_code, string_to_array(communes, ' '), iris_type, repaired, %(source)s, now()
FROM (
    SELECT code, name, departement_code, communes, iris_type, repaired,
        ST_SetSRID(wkb::geometry, 2154) AS geom
    FROM unnest(%(code)s::text[], %(name)s::text[], %(wkb)s::text[], %(departement)s::text[],
        %(communes)s::text[], %(iris_type)s::text[], %(repaired)s::boolean[])
        AS given (code, name, wkb, departement_code, communes, iris_type, repaired)
) AS shaped
ON CONFLICT (kind, code, vintage) DO UPDATE SET
    name = EXCLUDED.name, geom = EXCLUDED.geom, iris_type = EXCLUDED.iris_type,
    repaired = EXCLUDED.repaired, source = EXCLUDED.source,
    departement_code = CASE EXCLUDED.departement_code WHEN '' THEN kept.departement_code
        ELSE EXCLUDED.departement_code END,
    commune_codes = CASE EXCLUDED.commune_codes WHEN '{}' THEN kept.commune_codes
        ELSE EXCLUDED.commune_codes END
WHERE (kept.name, kept.geom, kept.iris_type, kept.repaired, kept.source)
    IS DISTINCT FROM
      (EXCLUDED.name, EXCLUDED.geom, EXCLUDED.iris_type, EXCLUDED.repaired, EXCLUDED.source)
   OR EXCLUDED.departement_code NOT IN ('', kept.departement_code)
   OR (EXCLUDED.commune_codes <> '{}' AND EXCLUDED.commune_codes <> kept.commune_codes)
RETURNING id, xmax = 0
"""

# A commune counts when the overlap is more than a sliver of drawing: 1 % of the smaller surface.
COMMUNES_BY_GEOMETRY = """
WITH vacant AS (
    SELECT id, geom, area_m2 FROM territory_territory
    WHERE kind = %(kind)s AND vintage = %(vintage)s AND code = ANY(%(codes)s)
      AND commune_codes = '{}'
), latest AS (
    SELECT departement_code, max(vintage) AS vintage FROM territory_territory
    WHERE kind = 'commune' GROUP BY departement_code
), overlap AS (
    SELECT vacant.id, commune.code, commune.departement_code, shared.area_m2
    FROM vacant
    JOIN territory_territory AS commune ON commune.kind = 'commune' AND commune.geom && vacant.geom
    JOIN latest USING (departement_code, vintage)
    CROSS JOIN LATERAL (
        SELECT ST_Area(ST_Intersection(commune.geom, vacant.geom)) AS area_m2) AS shared
    WHERE shared.area_m2 > 0.01 * least(commune.area_m2, vacant.area_m2)
), found AS (
    SELECT id, array_agg(DISTINCT code ORDER BY code) AS communes,
        (array_agg(departement_code ORDER BY area_m2 DESC))[1] AS departement_code
    FROM overlap GROUP BY id
)
UPDATE territory_territory AS t
SET commune_codes = found.communes,
    departement_code = CASE t.departement_code WHEN '' THEN found.departement_code
        ELSE t.departement_code END
FROM found WHERE t.id = found.id
"""

# Lists of codes come back sorted: a person reads them.
GAPS = """
SELECT
    array(SELECT code FROM territory_territory
        WHERE kind = %(kind)s AND vintage = %(vintage)s AND code = ANY(%(codes)s)
          AND departement_code = '' ORDER BY code),
    array(SELECT code FROM territory_territory
        WHERE kind = %(kind)s AND vintage = %(vintage)s AND code = ANY(%(codes)s)
          AND kind <> 'departement' AND commune_codes = '{}' ORDER BY code)
"""
MISSING_COMMUNES = """
WITH cited AS (
    SELECT t.code, unnest(t.commune_codes) AS commune FROM territory_territory AS t
    WHERE kind = %(kind)s AND vintage = %(vintage)s AND code = ANY(%(codes)s)
), missing AS (
    SELECT * FROM cited WHERE NOT EXISTS (
        SELECT FROM territory_territory AS c WHERE c.kind = 'commune' AND c.code = cited.commune)
)
SELECT array(SELECT DISTINCT commune FROM missing ORDER BY 1),
       array(SELECT DISTINCT code FROM missing ORDER BY 1)
"""


def batches(rows: Sequence[TerritoryRow]) -> Iterator[list[TerritoryRow]]:
    """Rows by the few hundred: outlines are heavy."""
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


def store(rows: Sequence[TerritoryRow], report: ImportReport, source: str, using: str) -> list[int]:
    """Write the rows at the report's kind and vintage, and complete the report; the ids that were created or changed.

    The caller holds the transaction.
    """
    scope: dict[str, Any] = {
        "kind": report.kind,
        "vintage": report.vintage,
        "codes": [row.code for row in rows],
    }
    touched: list[int] = []
    with connections[using].cursor() as cursor:
        for batch in batches(rows):
            columns = {
                "code": [row.code for row in batch],
                "name": [row.name for row in batch],
                "wkb": [row.wkb_hex for row in batch],
                "departement": [row.departement_code for row in batch],
                "communes": [" ".join(row.commune_codes) for row in batch],
                "iris_type": [row.iris_type for row in batch],
                "repaired": [row.repaired for row in batch],
            }
            cursor.execute(UPSERT, scope | columns | {"source": source})
            written: list[tuple[int, bool]] = cursor.fetchall()
            created = sum(is_new for _id, is_new in written)
            report.created += created
            report.updated += len(written) - created
            report.unchanged += len(batch) - len(written)
            touched += [id_ for id_, _is_new in written]
        # Rows of this transaction are in no statistics yet: without them the join below was once planned so that it took
        # over four minutes for 8 départements and 1,276 communes, instead of seconds.
        cursor.execute("ANALYZE territory_territory")
        cursor.execute(COMMUNES_BY_GEOMETRY, scope)
        cursor.execute(GAPS, scope)
        report.without_departement, report.without_commune = cursor.fetchone() or ([], [])
        if report.kind not in ("commune", "departement"):
            cursor.execute(MISSING_COMMUNES, scope)
            missing: tuple[list[str], list[str]] = cursor.fetchone() or ([], [])
            report.missing_communes, report.touched_by_missing_communes = missing
    return touched
