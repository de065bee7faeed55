"""The proof's small world, served: every role, and an object of its own for every path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from pytest_django.plugin import DjangoDbBlocker

from tenants.calibration.models import Vignette, VignetteSet
from tests.pages.listing import DRAFT
from tests.proof.conftest import small_world
from tests.proof.world import World

__all__ = ["small_world"]


@pytest.fixture(scope="module", autouse=True)
def draft(small_world: World, django_db_blocker: DjangoDbBlocker) -> None:
    """A version of the situations that is still in preparation: its forms open."""
    with django_db_blocker.unblock():
        made = VignetteSet.objects.using("owner").create(version=DRAFT)
        Vignette.objects.using("owner").create(
            vignette_set=made, number=1, title="Hall calme", text="Rien à signaler depuis un an."
        )


@pytest.fixture(scope="module")
def address(small_world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Where the product is served from, over the small world."""
    with django_db_blocker.unblock():
        thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://127.0.0.1:{thread.port}"
        thread.terminate()
