"""The generated stock: the size that was asked for, on the territories that are there, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import Organisation
from orsen.consistency import CHECKS
from orsen.generated.loading import landlord_sizes
from tests.cast import make_territories

pytestmark = pytest.mark.commits


@pytest.fixture
def land(committed: None) -> Iterator[None]:
    make_territories()
    return


def generate(**options: Any) -> None:
    call_command("generate_stock", "--force", verbosity=0, **options)


def owner(statement: str) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_sizes_places_and_history_are_those_of_a_real_stock(land: None) -> None:
    generate(sites=400, landlords=5, assessments=1000)
    counts = "SELECT count(*), count(DISTINCT landlord_id), count(DISTINCT key) FROM tenants_site"
    assert owner(counts) == [(400, 5, 400)]
    # In its commune and its département, and nowhere that it does not lie.
    wrong = owner(
        "SELECT count(*) FROM tenants_site s WHERE EXISTS (SELECT FROM territory_territory t "
        "WHERE ST_Intersects(t.geom, s.geom) <> (t.id = ANY (s.territory_ids))) OR s.tile_x IS NULL"
    )
    assert wrong == [(0,)]
    (ratings,) = owner("SELECT count(*) FROM tenants_assessment")[0]
    assert 900 <= ratings <= 1150
    for check in CHECKS:
        assert owner(check.sql) == [], check.rule
    # What was taken off for the load is back.
    constraints = owner(
        "SELECT count(*) FROM pg_constraint WHERE conrelid = 'tenants_assessment'::regclass AND contype = 'f'"
    )
    assert constraints[0][0] >= 6
    assert owner("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'") == [(0,)]


def test_the_same_seed_gives_the_same_stock(land: None) -> None:
    generate(sites=60, landlords=3, assessments=0)
    first = owner(
        "SELECT code, key, ST_AsText(geom), current_level FROM tenants_site ORDER BY code"
    )
    assert len(first) == 60
    owner_tables = "tenants_site, accounts_organisation, accounts_landlordgroup, accounts_user"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {owner_tables} RESTART IDENTITY CASCADE")
    generate(sites=60, landlords=3, assessments=0)
    assert owner("SELECT code, key, ST_AsText(geom), current_level FROM tenants_site ORDER BY code") == first  # fmt: skip


def test_it_refuses_a_database_in_use_and_one_without_territories(committed: None) -> None:
    with pytest.raises(CommandError, match="Aucune commune"):
        generate(sites=10, landlords=2)
    Organisation.objects.create(kind="coordinator", name="Coordination", short_name="C")
    with pytest.raises(CommandError, match="contient déjà"):
        call_command("generate_stock", sites=10, landlords=2)
    with pytest.raises(CommandError, match="au moins un bailleur"):
        generate(sites=10, landlords=20)


def test_it_refuses_a_real_installation(committed: None, settings: Any) -> None:
    settings.ORSEN_DEMO = False
    with pytest.raises(CommandError, match="installation réelle"):
        call_command("generate_stock", sites=10, landlords=2)


def test_a_few_landlords_hold_much() -> None:
    sizes = landlord_sizes(550_000, 300)
    assert sizes.sum() == 550_000
    assert sizes.max() > 20_000
    assert sizes.min() > 100
