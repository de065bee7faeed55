"""The whole proof: `make proof` (scripts/prove.py). Not part of the suite, which runs the small ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.proof import page
from tests.proof.carried import probe_telephones, probe_tokens
from tests.proof.conftest import empty
from tests.proof.making import make_world
from tests.proof.parameters import probe_parameters, undeclared_operations
from tests.proof.probing import Prober
from tests.proof.revoking import READERS_WAYS, WAYS, changed, met_on
from tests.proof.standing import must_be_met, problems
from tests.proof.telling import compare
from tests.proof.world import RELATIONS, World

ASKING = ("landlord_admin", "agency_director", "caretaker", "partner_correspondent", "coordinator")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        try:
            yield make_world(RELATIONS, 2)
        finally:
            empty()


def test_the_whole(world: World) -> None:
    began = time.monotonic()
    prober = Prober(world)
    proof = prober.proof
    for each in problems(world):
        proof.leak("standing", "", "", "", "", each)
    prober.walk()
    page.write(
        proof, world, {"seconds": round(time.monotonic() - began)}
    )  # what is known, if time runs out
    met = {canary.column for canary in proof.met if canary.owner == "home"}
    unmet = sorted(set(must_be_met(world)) - met)
    for column in unmet:
        proof.differ("never met", "", "", "home", "", column)
    proof.undeclared += undeclared_operations()
    found = probe_parameters(prober, ASKING, "zone-1")
    told = compare(prober, ASKING, timed=True)
    ways = _revoke(prober)
    carried = probe_tokens(prober) | probe_telephones(prober)
    if not {"tenants_site.name", "tenants_site.geom"} <= {canary.column for canary in carried}:
        proof.differ("never met", "", "", "a token", "", "the sites of its convention")
    summary = page.write(proof, world, {
        "parameters": found, "told_apart_pairs": told, "revocations": ways, "seconds": round(time.monotonic() - began),
    })  # fmt: skip
    assert summary["leaks"] == 0
    assert summary["differences"] == 0
    assert proof.undeclared == []
    assert len(world.landlords) >= 20
    assert proof.probes >= 10_000
    assert proof.routes_total == len(proof.routes)


def _revoke(prober: Prober) -> int:
    """Every way a convention or a reader's right can end; returns how many (way, reader) were tried."""
    world, tried = prober.world, 0
    readers = [world.readers[name] for name in ("partner_correspondent", "landlord_admin")]
    for reader in readers:
        if not met_on(prober, reader):
            prober.proof.differ(
                "revocation", "", "GET", reader.label, "site-1", "showed nothing before"
            )
        for name, way in {**WAYS, **(READERS_WAYS if reader.letter == "C" else {})}.items():
            tried += 1
            with changed(world, way):
                for path in met_on(prober, reader):
                    prober.proof.leak("revocation", path, "GET", reader.label, "site-1", name)
    return tried
