"""What the catalogue of PostgreSQL says of every table, compared with what the models declare."""

from __future__ import annotations

import pytest
from django.db import connections, models

from tenants.wall import registry
from tenants.wall.checks import every_table_is_declared, unsafe_connection


def rows(query: str) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_every_model_is_declared() -> None:
    assert every_table_is_declared(None) == []


def test_an_undeclared_model_is_refused() -> None:
    class Hole(models.Model):
        class Meta:
            app_label = "tenants"
            managed = True

    try:
        assert [problem.id for problem in every_table_is_declared(None)] == ["wall.E001"]
    finally:
        from django.apps import apps

        del apps.all_models["tenants"]["hole"]
        apps.clear_cache()


def test_every_table_of_the_database_belongs_to_a_model() -> None:
    known = {model._meta.db_table for model in registry.managed_models()} | {
        "django_migrations",
        "spatial_ref_sys",
    }
    assert {
        table for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    } == known


def test_row_level_security_is_forced_on_every_walled_table() -> None:
    walled = {
        m._meta.db_table for m in registry.managed_models() if registry.wall_of(m) != "common"
    }
    forced = {
        table
        for (table,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND relrowsecurity AND relforcerowsecurity"
        )
    }
    assert forced == walled
    assert len(walled) > 20


def test_every_table_with_a_landlord_has_the_scalar_policy() -> None:
    tables = {table for (table,) in rows(
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name = 'landlord_id'"
    )}  # fmt: skip
    policies = dict(rows(
        "SELECT tablename, qual FROM pg_policies WHERE policyname = 'wall' AND qual = with_check"
    ))  # fmt: skip
    # What parties write together about a landlord's site has policies of its own, each tried in tests/meetings.
    assert tables - policies.keys() == {
        "sharing_announcement",
        "sharing_agendaitem", "sharing_jointactionsite", "sharing_outlook",
    }  # fmt: skip
    assert policies.keys() <= tables
    assert {str(each) for each in policies.values()} == {
        "(landlord_id = ( SELECT wall.landlord() AS landlord))"
    }


def test_no_purpose_but_the_landlords_has_a_grant_on_a_landlords_table() -> None:
    tables = [
        m._meta.db_table for m in registry.managed_models() if registry.wall_of(m) == "landlord"
    ]
    holders = rows(
        "SELECT DISTINCT grantee, CASE grantee WHEN 'orsen_purger' THEN table_name || ' ' || privilege_type END "
        "FROM information_schema.role_table_grants WHERE table_name IN "
        f"({', '.join(repr(table) for table in tables)})"
    )
    # The purge deletes whole photographs, and of no other table a row (tenants/wall/sql/004_purge_photographs.sql).
    assert set(holders) == {
        ("orsen_owner", None),
        ("orsen_app", None),
        ("orsen_definer", None),
        ("orsen_purger", "tenants_photograph DELETE"),
    }


def test_views_of_the_sharing_schema_are_barriers_of_the_definer() -> None:
    views = rows(
        "SELECT c.relname, r.rolname, c.reloptions FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
        "WHERE c.relnamespace = 'shared'::regnamespace AND c.relkind IN ('v', 'm')"
    )
    assert {name for name, _, _ in views} == {
        "site",
        "site_change",
        "site_file",
        "site_round",
        "site_facts",
    }
    assert all(
        owner == "orsen_definer" and options == ["security_barrier=true"]
        for _, owner, options in views
    )


def test_definer_functions_pin_their_search_path() -> None:
    loose = rows(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.prosecdef "
        "AND p.pronamespace IN ('shared'::regnamespace, 'wall'::regnamespace) "
        "AND NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=pg_catalog%pg_temp')"
    )
    assert loose == []


def test_the_web_login_is_fit_and_the_others_are_not() -> None:
    assert unsafe_connection("default") == []
    assert [code for code, _ in unsafe_connection("owner")] == ["wall.E010", "wall.E012"]


def test_no_purpose_reads_sessions_or_secrets_or_writes_who_is_who() -> None:
    """A statement slipped into a reader's scope finds no session to steal and no membership to give itself."""
    purposes = ", ".join(repr(role) for role in registry.PURPOSES)
    secret = rows(
        "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE table_name IN "
        f"('django_session', 'mfa_authenticator', 'account_emailaddress') AND grantee IN ({purposes})"
    )
    written = rows(
        "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE privilege_type <> 'SELECT' "
        f"AND table_name LIKE 'accounts_%' AND grantee IN ({purposes})"
    )
    assert (secret, written) == ([], [])
