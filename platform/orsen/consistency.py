"""What no constraint of the database can hold: rows of a landlord that must agree with one another.

Each check is one SQL statement that returns the ids of the rows that disagree; it runs in that landlord's scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection

from accounts.models import Organisation
from tenants.wall.context import Scope, open_scope


@dataclass(frozen=True)
class Check:
    """A rule in words, and the statement that finds what breaks it."""

    rule: str
    sql: str


CHECKS: Final = [
    Check(
        "le niveau publié d’un site est celui de sa dernière publication",
        """SELECT s.id FROM tenants_site s LEFT JOIN (
             SELECT DISTINCT ON (p.site_id) p.site_id, p.level,
                    (p.published_at AT TIME ZONE 'Europe/Paris')::date AS day
             FROM tenants_publication p ORDER BY p.site_id, p.published_at DESC, p.id DESC) last ON last.site_id = s.id
           WHERE (s.published_level, s.published_on) IS DISTINCT FROM (last.level::int, last.day)""",
    ),
    Check(
        "le niveau d’un site est celui de la dernière campagne qui l’a décidé",
        """SELECT s.id FROM tenants_site s JOIN (
             SELECT l.site_id, (array_agg(l.level ORDER BY c.reference_date DESC) FILTER (WHERE l.level IS NOT NULL))[1]
                    AS level
             FROM tenants_campaignsite l JOIN tenants_campaign c ON c.id = l.campaign_id
             GROUP BY l.site_id) last ON last.site_id = s.id
           WHERE s.current_level IS DISTINCT FROM last.level""",
    ),
    Check(
        "le niveau retenu d’une campagne est celui de la cotation qui l’a décidé",
        """SELECT l.id FROM tenants_campaignsite l LEFT JOIN (
             SELECT DISTINCT ON (a.campaign_id, a.site_id) a.campaign_id, a.site_id, a.level
             FROM tenants_decision d JOIN tenants_assessment a ON a.id = d.assessment_id
             WHERE d.outcome = 'validated' AND (a.kind = 'counter_visit' OR a.level < 4 OR d.file_import_id IS NOT NULL)
             ORDER BY a.campaign_id, a.site_id, d.decided_at DESC, d.id DESC
           ) last ON last.campaign_id = l.campaign_id AND last.site_id = l.site_id
           WHERE l.level IS DISTINCT FROM last.level""",
    ),
    Check(
        "une publication reprend le niveau publié avant elle",
        """SELECT id FROM (
             SELECT p.id, p.previous_level, lag(p.level) OVER (PARTITION BY p.site_id ORDER BY p.published_at, p.id) AS before
             FROM tenants_publication p) x
           WHERE previous_level IS DISTINCT FROM before""",
    ),
    Check(
        "une campagne publiée a publié chaque site en gestion qu’elle a décidé",
        """SELECT l.id FROM tenants_campaignsite l JOIN tenants_campaign c ON c.id = l.campaign_id AND c.state = 'published'
           JOIN tenants_site s ON s.id = l.site_id AND s.state = 'managed'
           WHERE l.level IS NOT NULL AND l.decided_at <= c.published_at AND NOT EXISTS (
             SELECT FROM tenants_publication p JOIN tenants_campaign q ON q.id = p.campaign_id
             WHERE p.site_id = l.site_id AND (q.id = c.id OR q.reference_date > c.reference_date))""",
    ),
    Check(
        "un niveau 4 validé a sa contre-visite, et une contre-visite faite a son résultat",
        """SELECT a.id FROM tenants_decision d JOIN tenants_assessment a ON a.id = d.assessment_id
           WHERE d.outcome = 'validated' AND d.file_import_id IS NULL AND a.kind = 'first' AND a.level = 4 AND NOT EXISTS (
             SELECT FROM tenants_countervisit v WHERE v.assessment_id = a.id)
           UNION ALL
           SELECT v.id FROM tenants_countervisit v WHERE (v.state = 'pending') <> (v.result_id IS NULL)""",
    ),
    Check(
        "la contre-visite n’est pas faite par la personne qui a coté",
        """SELECT v.id FROM tenants_countervisit v JOIN tenants_assessment a ON a.id = v.assessment_id
           JOIN tenants_assessment r ON r.id = v.result_id WHERE r.rated_by_id = a.rated_by_id""",
    ),
    Check(
        "les logements d’un site sont ceux de ses adresses",
        """SELECT s.id FROM tenants_site s JOIN tenants_address a ON a.site_id = s.id
           GROUP BY s.id HAVING sum(a.dwellings) <> s.dwellings""",
    ),
    Check(
        "un site placé par sa position est dans les territoires qu’il dit",
        """SELECT DISTINCT s.id FROM tenants_site s CROSS JOIN unnest(s.territory_ids) wanted
           LEFT JOIN territory_territory t ON t.id = wanted
           WHERE s.placement = 'geometry' AND (t.id IS NULL OR NOT ST_Intersects(t.geom, s.geom))""",
    ),
    Check(
        "les codes d’un site sont ceux de ses territoires",
        """SELECT DISTINCT s.id FROM tenants_site s CROSS JOIN LATERAL (VALUES
             ('departement', s.departement_code), ('commune', s.commune_code), ('iris', s.iris_code), ('qpv', s.qpv_code)
           ) said(kind, code)
           LEFT JOIN territory_territory t ON t.kind = said.kind AND t.code = said.code AND t.id = ANY (s.territory_ids)
           WHERE s.placement = 'geometry' AND said.code <> '' AND t.id IS NULL""",
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Disagreement:
    """A rule that a landlord's rows break."""

    landlord: str
    rule: str
    rows: int
    example: int


def disagreements(landlord: Organisation) -> list[Disagreement]:
    """Every rule that the landlord's rows break. Opens the landlord's scope, for nobody in particular."""
    found = []
    with open_scope(Scope("landlord", landlord.pk, 0)), connection.cursor() as cursor:
        # Every check reads whole tables: hash joins, whatever the statistics say of a stock that has just come in.
        cursor.execute("SET LOCAL enable_nestloop = off")
        for check in CHECKS:
            cursor.execute(check.sql)
            rows = [int(row[0]) for row in cursor.fetchall()]
            if rows:
                found.append(Disagreement(landlord.name, check.rule, len(rows), min(rows)))
    return found
