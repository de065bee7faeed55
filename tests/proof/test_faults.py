"""The proof sees what it is for: each planted fault is reported. A proof that sees none of them would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from celery import shared_task
from celery.app.base import Celery
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.urls import clear_url_caches

from tenants.jobs import claims
from tenants.wall.apply import apply_wall
from tests.conftest import superuser
from tests.proof import faulty
from tests.proof.probing import Prober, Proof
from tests.proof.standing import TASKS, problems
from tests.proof.world import World

SOME = ("landlord_admin", "agency_director", "caretaker", "a landlord bound by nothing", "partner_correspondent",
        "a partner bound by nothing")  # fmt: skip


@contextmanager
def route(name: str) -> Iterator[None]:
    """One faulty route in the product's place."""
    faulty.plant(name)
    faulty.CACHE.clear()
    with override_settings(ROOT_URLCONF="tests.proof.faulty"):
        clear_url_caches()
        try:
            yield
        finally:
            faulty.urlpatterns[:] = []
            clear_url_caches()


def prove(world: World, beginning: str) -> Proof:
    prober = Prober(world, thorough=False, readers=SOME)
    return prober.walk(lambda route: route.startswith(beginning))


def leaks(proof: Proof) -> set[tuple[str, str]]:
    return {(each.kind, each.reader) for each in proof.leaks}


@contextmanager
def owner_writes(*statements: str) -> Iterator[None]:
    """The owner changes the wall; apply_wall puts it back."""
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    try:
        yield
    finally:
        apply_wall("owner")


@pytest.mark.parametrize("beginning", ["sites/", "partage/tuiles", "rapports/", "tableau-de-bord/"])
def test_without_a_fault_nothing_is_reported(small_world: World, beginning: str) -> None:
    proof = prove(small_world, beginning)
    assert (proof.leaks, proof.differences, proof.undeclared) == ([], [], [])


def test_a_policy_dropped(small_world: World) -> None:
    with owner_writes("DROP POLICY wall ON tenants_site"):
        assert "policy: tenants_site has no policy for landlords, not « wall » alone" in problems(
            small_world
        )
        assert prove(small_world, "sites/<uuid:key>/").differences  # one's own sites are gone


def test_a_policy_replaced_by_one_that_lets_everything_through(small_world: World) -> None:
    with owner_writes(
        "DROP POLICY wall ON tenants_site",
        "CREATE POLICY all_of_it ON tenants_site TO orsen_app USING (true)",
    ):
        assert any(each.startswith("policy: tenants_site") for each in problems(small_world))
        assert ("canary", "landlord_admin") in leaks(prove(small_world, "sites/"))


def test_row_level_security_switched_off(small_world: World) -> None:
    with owner_writes("ALTER TABLE tenants_site DISABLE ROW LEVEL SECURITY"):
        assert any("does not force" in each for each in problems(small_world))
        assert ("canary", "a landlord bound by nothing") in leaks(prove(small_world, "sites/"))


def test_a_view_that_filters_by_request_parameter_only(small_world: World) -> None:
    with route("by_parameter"):
        found = leaks(prove(small_world, "sites/<uuid:key>/"))
    assert {("not declared", "agency_director"), ("canary", "caretaker")} <= found
    assert ("canary", "a landlord bound by nothing") not in found, (
        "the wall holds behind such a view"
    )


def test_a_cached_tile_shared_between_readers(small_world: World) -> None:
    with route("cached_tile"):
        found = leaks(prove(small_world, "partage/tuiles"))
    assert ("canary", "partner_correspondent") not in found
    assert ("canary", "a partner bound by nothing") in found


def test_a_task_without_principal(small_world: World) -> None:
    @shared_task(name="planted.export")
    def export(landlord_id: int) -> int:
        return landlord_id

    try:
        assert any("planted.export has no principal" in each for each in problems(small_world))
    finally:
        app: Celery = export.app
        app.tasks.unregister("planted.export")
    assert "planted.export" not in TASKS
    trusting = small_world.readers["landlord_admin"].principal
    with patch.object(claims, "principal_of", lambda held: trusting):
        assert any("ran for somebody whose rights are suspended" in each for each in problems(small_world))  # fmt: skip


def test_a_superuser_connection(small_world: World) -> None:
    admin, default = superuser(), connections["default"]
    before = dict(default.settings_dict)
    default.close()
    default.settings_dict |= {"USER": admin.user, "PASSWORD": admin.password}
    try:
        assert any("E010" in each for each in problems(small_world))
    finally:
        default.close()
        default.settings_dict |= before
    assert problems(small_world) == []


def test_a_query_that_calls_set_config(small_world: World) -> None:
    with route("changes_the_scope"):
        proof = prove(small_world, "tableau-de-bord/")
    assert ("scope", "landlord_admin") in leaks(proof)
    assert {each.kind for each in proof.differences} == {"error"}, "PostgreSQL refuses it as well"


def test_a_template_that_counts_instead_of_reading_a_release(small_world: World) -> None:
    with route("counted_elsewhere"):
        assert ("figure", "partner_correspondent") in leaks(prove(small_world, "rapports/"))


def test_a_route_that_nobody_declared(small_world: World) -> None:
    with route("undeclared"):
        assert prove(small_world, "export-complet/").undeclared == ["export-complet/"]


def test_the_settings_are_the_products(small_world: World) -> None:
    """The planted routes are gone again."""
    assert settings.ROOT_URLCONF == "orsen.urls"
