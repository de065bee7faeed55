"""The whole contract: `make schema` (scripts/contract.py). Not part of the suite, which asks a few times only."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.readers import Asking, readers_of
from tests.contract.trying import Tally, try_operation
from tests.proof.conftest import empty
from tests.proof.making import make_world
from tests.proof.world import SMALL, World

BATCH = 25


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        try:
            yield make_world(SMALL, 1)
        finally:
            empty()


def test_the_whole(world: World) -> None:
    cases, seconds = int(os.environ["CONTRACT_CASES"]), int(os.environ["CONTRACT_SECONDS"])
    began, tally, turn = time.monotonic(), Tally(), 0
    readers = readers_of(world)
    asked: set[str] = set()
    while tally.cases < cases and time.monotonic() - began < seconds:
        # Every fourth turn under a day's limit that lets one site through: its refusals are documented too.
        limit = 1 if turn % 4 == 3 else 10**9
        with override_settings(ORSEN_HARVEST_SITES_PER_DAY=limit):
            for reader in readers:
                if tally.cases < cases:
                    asked.add(reader.label)
                    _ask(tally, reader, turn)
        turn += 1
    figures = tally.figures() | {
        "readers": len(asked),
        "operations": sum(len(each.operations) for each in readers[0].descriptions[:2]),
        "seconds": round(time.monotonic() - began),
    }
    Path(os.environ["CONTRACT_FIGURES"]).write_text(
        json.dumps({"figures": figures, "faults": tally.faults}, ensure_ascii=False),
        encoding="utf-8",
    )
    assert tally.faults == {}
    assert tally.cases >= cases, "time ran out"
    assert len(asked) == len(readers)


def _ask(tally: Tally, reader: Asking, turn: int) -> None:
    examples = math.ceil(BATCH / len(reader.descriptions))
    for described in reader.descriptions:
        for operation in described.operations:
            try_operation(
                tally, reader.label, reader.client, described, operation, reader.keys, examples, turn,
            )  # fmt: skip
