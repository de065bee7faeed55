"""The product refuses to start on a login that could bypass the wall; the owner's migrations do reach rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from orsen.boot import refuse_unsafe_connection
from tenants.stock.models import Site
from tests.cast import make_cast
from tests.conftest import superuser


def test_the_web_login_may_serve(db: None) -> None:
    refuse_unsafe_connection("default")


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_may_not_serve() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"wall\.E010"):
        refuse_unsafe_connection("owner")


@pytest.fixture
def probe(db: None) -> Iterator[str]:
    """A login of its own (roles are the cluster's: changing `orsen_web` would disturb tests that run beside)."""
    name = f"orsen_probe_{uuid.uuid4().hex[:8]}"
    admin = superuser().connect("postgres")
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN NOINHERIT PASSWORD 'probe'")
        cursor.execute(
            f'GRANT CONNECT ON DATABASE "{connections["default"].settings_dict["NAME"]}" TO {name}'
        )
    connections.databases["probe"] = connections["default"].settings_dict | {
        "USER": name,
        "PASSWORD": "probe",
    }
    yield name
    connections["probe"].close()
    del connections["probe"]
    del connections.databases["probe"]
    with admin.cursor() as cursor:
        cursor.execute(
            f'REVOKE ALL ON DATABASE "{connections["default"].settings_dict["NAME"]}" FROM {name}'
        )
        cursor.execute(f"DROP ROLE {name}")
    admin.close()


@pytest.mark.parametrize("role", ["orsen_owner", "orsen_definer", "orsen_purger", "orsen_report"])
def test_a_login_that_may_become_a_stronger_one_may_not_serve(
    probe: str, role: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        refuse_unsafe_connection("probe")
        admin = superuser().connect("postgres")
        with admin.cursor() as cursor:
            cursor.execute(f"GRANT {role} TO {probe}")
        admin.close()
        with pytest.raises(ImproperlyConfigured, match=r"wall\.E011"):
            refuse_unsafe_connection("probe")


def test_losing_leakproof_is_noticed(db: None) -> None:
    name = str(connections["default"].settings_dict["NAME"])
    admin = superuser().connect(name)
    with admin.cursor() as cursor:
        cursor.execute("ALTER FUNCTION public.geometry_overlaps(geometry, geometry) NOT LEAKPROOF")
    try:
        with pytest.raises(ImproperlyConfigured, match=r"wall\.E013"):
            refuse_unsafe_connection("default")
    finally:
        with admin.cursor() as cursor:
            cursor.execute("ALTER FUNCTION public.geometry_overlaps(geometry, geometry) LEAKPROOF")
        admin.close()


def test_a_data_migration_of_the_owner_touches_every_landlords_rows(committed: None) -> None:
    """Under FORCE, a plain owner would update nothing and say nothing."""
    make_cast()
    assert Site.objects.using("owner").update(sector="repris") == 12
