"""What every test stands on: a database of its own behind the real wall, a fixed cast, strictness."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from orsen.settings import env
from tenants.calibration.models import Vignette, VignetteSet
from tenants.calibration.vignettes import load_vignettes
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Grid
from tenants.wall.prepare import Superuser, prepare_database, prepare_roles
from tests.cast import Cast, make_cast
from tests.chromium import chromium

__all__ = ["chromium"]

# WhiteNoise warns about a missing folder, and warnings are errors here.
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

LOGINS = ("default", "owner", "report")


def superuser() -> Superuser:
    """The local cluster's superuser, for tests that make roles and databases."""
    return Superuser(
        host=env.text("ORSEN_DB_HOST"),
        port=env.integer("ORSEN_DB_PORT"),
        user=env.text("ORSEN_DB_SUPERUSER", "orsen_superuser"),
        password=env.text("ORSEN_DB_SUPERUSER_PASSWORD"),
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, worker_id: str) -> Iterator[None]:
    """Make the test database as an installation does: superuser, then owner; tests then run as the web login."""
    name = "orsen_test" if worker_id == "master" else f"orsen_test_{worker_id}"
    admin = superuser()
    with django_db_blocker.unblock():
        _drop(admin, name)
        prepare_roles(
            admin,
            {
                settings.DATABASES[alias]["USER"]: settings.DATABASES[alias]["PASSWORD"]
                for alias in LOGINS
            },
        )
        prepare_database(admin, name, bytes.fromhex(settings.ORSEN_WALL_KEY))
        for alias in LOGINS:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    yield
    with django_db_blocker.unblock():
        for alias in LOGINS:
            connections[alias].close()
        _drop(admin, name)


def _drop(admin: Superuser, name: str) -> None:
    connection = admin.connect("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.close()


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast: two landlords with sites, one partner with a share, one stranger, one coordinator."""
    return make_cast()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A test that really commits (several connections, live server); the owner empties every table behind it."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            for alias in ("default", "report"):
                connections[alias].close()
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public' AND "
                    "tablename NOT IN ('spatial_ref_sys', 'django_migrations', 'django_content_type', "
                    "'auth_permission')"
                )
                cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
            load_grids(Grid, "owner")  # what a migration ships is there for the next test too
            load_vignettes(VignetteSet, Vignette, "owner")
            connections["owner"].close()
