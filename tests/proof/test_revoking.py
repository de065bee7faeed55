"""A convention that ends, a right that is taken back: nothing is left on any path at the next request."""

from __future__ import annotations

import pytest

from tests.proof.probing import Prober
from tests.proof.revoking import READERS_WAYS, WAYS, changed, met_on
from tests.proof.world import World


@pytest.fixture(scope="module")
def prober(small_world: World) -> Prober:
    return Prober(small_world)


def test_before_the_end_the_shared_site_shows(prober: Prober) -> None:
    shown = met_on(prober, prober.world.readers["partner_correspondent"])
    beginnings = {path.split("/")[1] + "/" + path.split("/")[2] for path in shown}
    assert {
        "partage/sites",
        "partage/carte",
        "partage/tuiles",
        "partage/accueil",
        "api/v1",
    } <= beginnings
    assert "/partage/sites/" in met_on(prober, prober.world.readers["landlord_admin"])


@pytest.mark.parametrize("way", [*WAYS, *READERS_WAYS])
def test_after_it_nothing_does(prober: Prober, way: str) -> None:
    with changed(prober.world, {**WAYS, **READERS_WAYS}[way]):
        assert met_on(prober, prober.world.readers["partner_correspondent"]) == {}
        if way in WAYS:
            assert met_on(prober, prober.world.readers["landlord_admin"]) == {}
    assert met_on(prober, prober.world.readers["partner_correspondent"]) != {}
