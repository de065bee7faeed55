"""Tokens and telephones open what is theirs, and the proof finds it when they open more."""

from __future__ import annotations

import pytest

from sharing.access import shared_sites
from sharing.ogc import views
from tests.proof.carried import probe_telephones, probe_tokens
from tests.proof.probing import Prober
from tests.proof.test_matrix import words
from tests.proof.world import World

ASKING = (
    "partner_correspondent",
    "landlord_admin",
    "caretaker",
    "a partner bound by nothing",
    "coordinator",
    "operator",
)


def test_a_token_opens_its_own_convention_or_nothing(small_world: World) -> None:
    prober = Prober(small_world, readers=ASKING)
    met = probe_tokens(prober)
    assert words(prober.proof.leaks) == ""
    assert words(prober.proof.differences) == ""
    assert {c.owner for c in met if c.column == "tenants_site.name"} == {"site-1"}


def test_a_layer_that_forgets_its_convention_is_found(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "sites_of", lambda reader: shared_sites(reader.principal))
    prober = Prober(small_world, readers=("partner_correspondent",))
    probe_tokens(prober, frozenset({"zone"}))
    assert {each.kind for each in prober.proof.leaks} == {"token"}


def test_a_telephone_is_sent_its_owners_sites(small_world: World) -> None:
    prober = Prober(
        small_world,
        readers=(
            "caretaker",
            "landlord_admin",
            "support_reader",
            "partner_correspondent",
            "nobody",
        ),
    )
    met = probe_telephones(prober)
    assert words(prober.proof.leaks) == ""
    assert words(prober.proof.differences) == ""
    assert "tenants_site.name" in {canary.column for canary in met}
