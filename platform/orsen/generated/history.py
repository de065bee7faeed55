"""What campaigns left behind: ratings of every campaign, decisions and publications of the last one.

Written by PostgreSQL from the sites, so that millions of rows never travel. Of the older campaigns the ratings alone
are there: their frozen stock and their decisions would be as many rows again and nothing at scale reads them.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

import orjson
from django.utils import timezone

from orsen.generated.bulk import bare
from tenants.campaigns.models import Campaign, Grid

SAMPLE: Final = {"nature_gravity": 2, "frequency": 2, "equipment": 2, "service": 2}
# A rating of each site in each campaign; the level drifts by one around what the site ends with.
ASSESSMENTS = """
INSERT INTO tenants_assessment (key, kind, criteria, ticks, suggested_level, level, reason_to_differ, internal_comment,
                                shared_comment, rated_at, received_at, is_late, landlord_id, rated_by_id, campaign_id, site_id)
SELECT md5(s.id || '/' || c.id)::uuid, CASE WHEN x.level = 4 AND c.is_last THEN 'counter_visit' ELSE 'first' END,
       %s::jsonb, '[]', x.level, x.level, '', '', '', c.at + (s.id %% 30) * interval '1 day', c.at, false,
       s.landlord_id, c.rater, c.id, s.id
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::boolean[])
       AS c(id, landlord_id, rater, at, is_last)
JOIN tenants_site s ON s.landlord_id = c.landlord_id
CROSS JOIN LATERAL (
  SELECT CASE WHEN c.is_last THEN s.current_level
              ELSE least(4, greatest(1, coalesce(s.current_level, 1) + (s.id * 7 + c.id * 13) %% 3 - 1)) END AS level
) x
WHERE x.level IS NOT NULL AND (c.is_last OR (s.id * 31 + c.id * 17) %% 1000 < %s)
"""
CAMPAIGN_SITES = """
INSERT INTO tenants_campaignsite (landlord_id, campaign_id, site_id, dwellings, departement_code, commune_code, iris_code,
                                  qpv_code, territory_ids, level, decided_at)
SELECT s.landlord_id, c.id, s.id, s.dwellings, s.departement_code, s.commune_code, s.iris_code, s.qpv_code,
       s.territory_ids, s.current_level, CASE WHEN s.current_level IS NOT NULL THEN now() END
FROM tenants_campaign c JOIN tenants_site s ON s.landlord_id = c.landlord_id WHERE c.id = ANY(%s)
"""
DECISIONS = """
INSERT INTO tenants_decision (landlord_id, assessment_id, outcome, reason, decided_by_id, decided_at)
SELECT a.landlord_id, a.id, 'validated', '', a.rated_by_id, a.received_at FROM tenants_assessment a
WHERE a.campaign_id = ANY(%s)
"""
PUBLICATIONS = """
INSERT INTO tenants_publication (landlord_id, site_id, campaign_id, assessment_id, level, published_at)
SELECT a.landlord_id, a.site_id, a.campaign_id, a.id, s.published_level, s.published_on + interval '12 hours'
FROM tenants_assessment a JOIN tenants_site s ON s.landlord_id = a.landlord_id AND s.id = a.site_id
WHERE a.campaign_id = ANY(%s) AND s.published_level IS NOT NULL
"""


def write_history(cursor: Any, raters: dict[int, int], assessments: int, sites: int) -> None:
    """About that many ratings over as many yearly campaigns as they take, the last one published."""
    campaigns = max(1, -(-assessments // max(1, sites)))
    share = 1000 if campaigns == 1 else min(1000, 1000 * assessments // (sites * campaigns) + 60)
    grid = Grid.objects.using("owner").filter(published_at__isnull=False).first()
    grid = grid or Grid.objects.using("owner").earliest("pk")
    now = timezone.now()
    made = Campaign.objects.using("owner").bulk_create(
        Campaign(
            landlord_id=landlord, key=uuid.uuid4(), name=f"Campagne {now.year - before}", grid=grid,
            reference_date=(now - timedelta(days=365 * before + 120)).date(),
            opens_on=(now - timedelta(days=365 * before + 110)).date(),
            closes_on=(now - timedelta(days=365 * before + 65)).date(), state=Campaign.State.PUBLISHED,
            opened_at=now - timedelta(days=365 * before + 110), closed_at=now - timedelta(days=365 * before + 65),
            published_at=now - timedelta(days=365 * before + 60),
        )
        for landlord in raters
        for before in range(campaigns)
    )  # fmt: skip
    last = [each.pk for number, each in enumerate(made) if number % campaigns == 0]
    parameters = [
        orjson.dumps(SAMPLE).decode(),
        [each.pk for each in made],
        [each.landlord_id for each in made],
        [raters[each.landlord_id] for each in made],
        [each.opened_at for each in made],
        [number % campaigns == 0 for number in range(len(made))],
        share,
    ]
    for table, statement, values in (
        ("tenants_assessment", ASSESSMENTS, parameters),
        ("tenants_campaignsite", CAMPAIGN_SITES, [last]),
        ("tenants_decision", DECISIONS, [last]),
        ("tenants_publication", PUBLICATIONS, [last]),
    ):
        with bare(cursor, table):
            cursor.execute(statement, values)
