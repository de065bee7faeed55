"""The comparison takes a bounded number of statements and, for 30,000 sites, seconds.

`REGISTER_SITES=30000 REGISTER_FIGURES=figures.json pytest tests/register/test_scale.py -s` measures the whole.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection, connections
from django.urls import reverse

from sharing.access import shared_scope
from sharing.receipts.models import Receipt
from tenants.access import landlord_scope
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.reference import completing
from tests.cast import X0, Y0, Cast, make_cast

SITES: Final = int(os.environ.get("REGISTER_SITES", "300"))
ADDRESSES: Final = 4  # of a site; the register holds three times as many in the same communes
MOST_STATEMENTS: Final = 30

pytestmark = pytest.mark.commits


def grow(cast: Cast) -> None:
    """SITES sites with ADDRESSES addresses each, in 200 communes; every tenth address lacks its dwellings and year."""
    with landlord_scope(cast.amandier.admin.principal), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_site (landlord_id, key, code, name, sector, address, postcode, commune_name, dwellings, "
            "state, created_at, geom, departement_code, commune_code, iris_code, qpv_code, territory_ids, placement) "
            "SELECT %s, gen_random_uuid(), 'G' || n, 'Site ' || n, '', '', '99100', 'Commune', 60, 'managed', now(), "
            "ST_SetSRID(ST_MakePoint(%s, %s), 2154), '99', '', '', '', '{}', 'none' FROM generate_series(1, %s) n",
            [cast.amandier.organisation.pk, X0, Y0, SITES],
        )
        cursor.execute(
            "INSERT INTO tenants_address (landlord_id, site_id, number, street, complement, postcode, commune_code, "
            "commune_name, ban_id, rnb_id, dwellings, construction_year, geom, quality, match_key) "
            "SELECT s.landlord_id, s.id, n::text, 'RUE ' || s.code, '', '99100', c, 'Commune ' || c, '', '', "
            "CASE WHEN n = 1 AND s.id %% 3 = 0 THEN 0 ELSE 12 END, CASE WHEN n = 1 AND s.id %% 3 = 0 THEN NULL ELSE 1962 END, "
            "s.geom, 'address', c || '|' || n || '|RUE ' || s.code "
            "FROM tenants_site s, generate_series(1, %s) n, LATERAL (SELECT (90000 + s.id %% 200)::text c) place "
            "WHERE s.code LIKE 'G%%'",
            [ADDRESSES],
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_referenceaddress (vintage, match_key, number, street, postcode, commune_code, "
            "arrondissement_code, commune_name, departement_code, dwellings, construction_year, iris_code, qpv_code, geom, "
            "quality) SELECT 2025, c || '|' || n || '|RUE ' || 'G' || g, n::text, 'RUE G' || g, '99100', c, '', "
            "'Commune ' || c, '99', 12 + (n = 2)::int, 1962, '', '', ST_SetSRID(ST_MakePoint(%s, %s), 2154), 'address' "
            "FROM generate_series(1, %s) g, generate_series(1, %s) n, LATERAL (SELECT (90000 + (SELECT max(s.id) - %s "
            "FROM tenants_site s WHERE s.code LIKE 'G%%') + g) %% 1000000 AS raw) r, "
            "LATERAL (SELECT (90000 + (raw - 90000) %% 200)::text c) place",
            [X0, Y0, SITES, ADDRESSES * 3, SITES],
        )
        cursor.execute(
            "ANALYZE tenants_site; ANALYZE tenants_address; ANALYZE tenants_referenceaddress"
        )


def test_a_whole_stock_is_compared_and_completed_in_seconds(
    committed: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    cast = make_cast()
    grow(cast)
    client, url, seconds = cast.amandier.admin.client(), reverse("register-comparison"), {}

    def timed(name: str, call: Any) -> Any:
        started = time.perf_counter()
        with django_assert_max_num_queries(MOST_STATEMENTS):
            answer = call()
        seconds[name] = round(time.perf_counter() - started, 2)
        return answer

    page = timed("communes", lambda: client.get(url))
    totals = page.context["totals"]
    assert totals["ours"] == SITES * ADDRESSES
    assert totals["differing"] == SITES
    assert totals["lacking"] == SITES * ADDRESSES * 2
    assert totals["completable"] == pytest.approx(SITES / 3, abs=1)
    code = page.context["page"][0].code
    for view in ("different", "a-completer", "manquent", "inconnues"):
        answer = timed(view, lambda view=view: client.get(url, {"commune": code, "vue": view}))
        assert answer.status_code == 200
    assert timed("workbook", lambda: client.post(reverse("register-workbook"))).status_code == 302
    with shared_scope(cast.amandier.admin.principal):
        assert Receipt.objects.latest("made_at").rows > SITES
    client.post(reverse("register-complete"), {"tout": "1", "champ": list(completing.FIELDS)})
    started = time.perf_counter()
    assert run_one("jobs")
    seconds["completion"] = round(time.perf_counter() - started, 2)
    with landlord_scope(cast.amandier.admin.principal):
        assert Job.objects.get(kind=completing.JOB_KIND).state == Job.State.DONE
        run = completing.runs_of(cast.amandier.admin.principal)[0]
        assert run.report["dwellings"] == run.report["year"] == totals["completable"]
    answer = timed("undo", lambda: client.post(reverse("register-undo", args=[run.key])))
    assert answer.status_code == 302
    assert client.get(url).context["totals"]["completable"] == totals["completable"]
    if target := os.environ.get("REGISTER_FIGURES"):
        Path(target).write_text(json.dumps({"sites": SITES, "seconds": seconds}))
