"""One world for all the tests of a file; they commit nothing, and the owner empties every table behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tenants.calibration.models import Vignette, VignetteSet
from tenants.calibration.vignettes import load_vignettes
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Grid
from tests.proof.making import make_world
from tests.proof.world import SMALL, World


@pytest.fixture(scope="module")
def small_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Five relations, one landlord each."""
    with django_db_blocker.unblock():
        try:
            yield make_world(SMALL, 1)
        finally:
            empty()


def empty() -> None:
    """What `committed` does after a test (tests/conftest.py)."""
    for alias in ("default", "report"):
        connections[alias].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public' AND tablename "
            "NOT IN ('spatial_ref_sys', 'django_migrations', 'django_content_type', 'auth_permission')"
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
    load_grids(Grid, "owner")
    load_vignettes(VignetteSet, Vignette, "owner")
    connections["owner"].close()
