"""An adversary with SQL in a request reads nothing of anybody else's (docs/decisions/proof.md lists what was tried)."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connections
from django.test import Client

from tenants.access import landlord_scope
from tenants.stock.models import Site
from tenants.wall.context import BEGAN, Scope, sign
from tenants.wall.statements import StackedStatementError
from tests.cast import Cast, Member

pytestmark = pytest.mark.urls("tests.proof.planted")
SECRET = "canari-du-bouleau"


@pytest.fixture
def hidden(cast: Cast) -> Cast:
    """Bouleau's names are the secret; Amandier and the parquet attack."""
    with landlord_scope(cast.bouleau.admin.principal):
        Site.objects.update(name=SECRET, address=SECRET)
    return cast


def ask(member: Member | Client, where: str, **query: str) -> tuple[int, str]:
    client = member if isinstance(member, Client) else member.client()
    answer = client.get(f"/plante/{where}/", query)
    return answer.status_code, answer.content.decode()


def union(expression: str) -> str:
    return f"x' UNION SELECT ({expression})::text --"


DENIED = {
    "another's context": "set_config('orsen.ctx', 'landlord|2|1|9999999999|1|00|00', true)",
    "no role": "set_config('role', 'none', true)",
    "the release builder's role": "set_config('role', 'orsen_report', true)",
    "row security off": "set_config('row_security', 'off', true)",
    "a statement as text": "query_to_xml('SELECT * FROM django_session', true, false, '')",
    "a table as text": "table_to_xml('accounts_user', true, false, '')",
    "a whole schema": "schema_to_xml('public', true, false, '')",
    "a statement for words": "(SELECT count(*) FROM ts_stat('SELECT to_tsvector(password) FROM accounts_user'))",
    "a statement for queries": "ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')",
    "sessions": "SELECT session_key FROM django_session LIMIT 1",
    "second factors": "SELECT data FROM mfa_authenticator LIMIT 1",
    "the signing key": "SELECT k FROM wall.key LIMIT 1",
    "database passwords": "SELECT rolpassword FROM pg_authid LIMIT 1",
    "every reader's sites": "SELECT count(*) FROM shared.site_details(1)",
    "every reader's rules": "SELECT count(*) FROM shared.rules(1)",
    "a draft's rules": "SELECT count(*) FROM shared.rules_under(1, 1)",
    "an annex's lines": "SELECT count(*) FROM shared.speaking_lines(1, 1)",
    "a coordination's conventions": "shared.held_conventions()",
    "statistics of positions": "_postgis_stats('tenants_site', 'geom')",
    "how many are in a window": "_postgis_selectivity('tenants_site', 'geom', 'POINT(0 0)'::geometry)",
    "the extent of all": "ST_EstimatedExtent('tenants_site', 'geom')",
    "the index's extent": "_postgis_index_extent('tenants_site', 'geom')",
    "statistics": "SELECT stanumbers1 FROM pg_statistic LIMIT 1",
    "a file of the server": "pg_read_file('/etc/passwd')",
    "a folder of the server": "SELECT count(*) FROM pg_ls_dir('.')",
    "a large object": "lo_from_bytea(0, 'x')",
    "a file as large object": "lo_import('/etc/passwd')",
    "a notification": "pg_notify('orsen', 'x')",
    "the next number": "SELECT last_value FROM tenants_site_id_seq",
}  # fmt: skip


@pytest.mark.parametrize("what", DENIED)
@pytest.mark.parametrize("table", ["own", "shared"])
def test_an_injected_expression_is_refused(hidden: Cast, what: str, table: str) -> None:
    status, text = ask(hidden.amandier.admin, "recherche", q=union(DENIED[what]), table=table)
    assert status == 400, text
    assert "permission denied" in text or "must be" in text, text


FRUITLESS = {
    "every row": "x' OR true --",
    "by landlord": "x' OR landlord_id > 0 --",
    "divide by zero where it matches": f"x' OR 1 / (CASE WHEN name LIKE '{SECRET[:6]}%' THEN 0 ELSE 1 END) = 1 --",
    "an error that says the value": f"x' OR (name LIKE '{SECRET[:6]}%' AND name::int = 1) --",
    "another table": "x' UNION SELECT name FROM tenants_agency WHERE landlord_id > 0 --",
    "the view of shared sites": "x' UNION SELECT name || address FROM shared.site --",
    "sites as a named reader": "x' UNION SELECT key::text FROM shared.own_sites_as(1) --",
    "most common values": "x' UNION SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'tenants_site' --",
    "what others run": "x' UNION SELECT query FROM pg_stat_activity --",
    "the context itself": "x' UNION SELECT current_setting('orsen.ctx') --",
    "numbers of sequences": "x' UNION SELECT last_value::text FROM pg_sequences --",
}


@pytest.mark.parametrize("what", FRUITLESS)
@pytest.mark.parametrize("who", ["landlord", "stranger"])
def test_an_injected_condition_gives_nothing_of_another(hidden: Cast, what: str, who: str) -> None:
    member = hidden.amandier.admin if who == "landlord" else hidden.parquet
    keys = [str(site.key) for site in hidden.bouleau.sites.values()]
    _status, text = ask(member, "recherche", q=FRUITLESS[what], table="own" if who == "landlord" else "shared")  # fmt: skip
    said = text.replace(SECRET[:6], "") if "error" in text else text
    assert SECRET not in said
    assert not any(key in text for key in keys)


def test_the_same_condition_finds_ones_own(hidden: Cast) -> None:
    """The attacks above reach the database: the attacker's own rows come back."""
    status, text = ask(hidden.amandier.admin, "recherche", q=FRUITLESS["every row"])
    assert (status, len(json.loads(text)["rows"])) == (200, 6)


@pytest.mark.parametrize(
    "tail",
    [
        "SET LOCAL ROLE NONE; SELECT session_key FROM django_session",
        "COMMIT; SELECT session_key FROM django_session",
        "ROLLBACK",
        "COPY tenants_site TO PROGRAM 'cat'",
        "DO $$ BEGIN PERFORM set_config('role', 'none', true); END $$",
    ],
)
@pytest.mark.parametrize("table", ["own", "shared"])
def test_a_second_statement_is_not_sent(hidden: Cast, tail: str, table: str) -> None:
    with pytest.raises(StackedStatementError):
        ask(hidden.amandier.admin, "recherche", q=f"x'; {tail} --", table=table)


STATEMENTS = {
    "SET LOCAL ROLE orsen_owner": "permission denied",
    "SET LOCAL ROLE orsen_definer": "permission denied",
    "SET LOCAL ROLE orsen_report": "permission denied",
    "SET SESSION AUTHORIZATION orsen_owner": "permission denied",
    "CREATE TEMP TABLE tenants_site (name text)": "permission denied",
    "CREATE TABLE public.steal (name text)": "permission denied",
    "CREATE FUNCTION shared.today() RETURNS date LANGUAGE sql AS 'SELECT now()::date'": "permission denied",
    "CREATE FUNCTION pg_temp.f(text) RETURNS bool LANGUAGE sql COST 0.0001 AS 'SELECT true'": "permission denied",
    "COPY tenants_site TO PROGRAM 'cat'": "superuser|pg_execute_server_program",
    "COPY tenants_site FROM '/etc/passwd'": "superuser|pg_read_server_files",
    "ALTER TABLE tenants_site DISABLE ROW LEVEL SECURITY": "must be owner",
    "DROP POLICY wall ON tenants_site": "must be owner",
    "ALTER ROLE orsen_web SET track_activities = on": "permission denied",
    "SET track_activities = on": "permission denied",
    "UPDATE accounts_membership SET role_code = 'landlord_admin'": "permission denied",
    "DELETE FROM sharing_journalentry": "permission denied",
    "SELECT pg_largeobject.data FROM pg_largeobject": "permission denied",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_of_ones_own_is_refused(hidden: Cast, statement: str) -> None:
    status, text = ask(hidden.amandier.admin, "instruction", sql=statement)
    assert status == 400, text
    assert re.search(STATEMENTS[statement], text), text


def test_a_forged_row_names_no_row_of_another(hidden: Cast) -> None:
    """Keys and numbers of another landlord in a write: refused, and the refusal quotes none of its content."""
    theirs = hidden.bouleau.sites["N1"]
    own = hidden.amandier.organisation.pk
    ask(hidden.amandier.admin, "instruction", sql="SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        f"UPDATE tenants_site SET landlord_id = {hidden.bouleau.organisation.pk}",
        f"INSERT INTO tenants_siteassignment (landlord_id, site_id, membership_id) VALUES ({own}, {theirs.pk}, 1) RETURNING 1",
        f"UPDATE tenants_site SET key = '{theirs.key}' WHERE code = 'N1'",
    ):
        status, text = ask(hidden.amandier.admin, "instruction", sql=statement)
        assert status == 400, statement
        assert SECRET not in text, statement
        assert "N1" not in text, statement


def test_a_context_that_was_overheard_opens_nothing(hidden: Cast) -> None:
    """Statement by statement, in one request after the other: the purpose can be left, no other can be entered."""
    with connections["default"].cursor() as cursor:
        cursor.execute(BEGAN)
        began = int(cursor.fetchone()[0])
    victim = sign(Scope("landlord", hidden.bouleau.organisation.pk, 1), began - 5)
    client = hidden.amandier.admin.client()
    for statement in ("SET LOCAL ROLE NONE", f"SET orsen.ctx = '{victim}'", "SET ROLE orsen_app"):
        ask(client, "instruction", sql=statement)
    _status, text = ask(client, "instruction", sql="SELECT name FROM tenants_site")
    assert SECRET not in text


def test_statements_of_other_connections_are_not_shown(hidden: Cast) -> None:
    """What a reader types is part of the statement that PostgreSQL runs."""
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT %s", [SECRET])
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s", [f"%{SECRET}'"]
            )
            assert cursor.fetchone()[0] == 0
            cursor.execute("SHOW track_activities")
            assert cursor.fetchone()[0] == "off"
    finally:
        other.close()
