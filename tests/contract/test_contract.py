"""The product answers as its OpenAPI descriptions say, whoever asks and whatever for. `make schema` asks 20,000 times."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.contract.readers import readers_of
from tests.contract.trying import Tally, try_operation, undone
from tests.proof.world import World

EXAMPLES = 4
ASKING = ("landlord_admin", "caretaker", "partner_correspondent", "coordinator", "nobody")
pytestmark = pytest.mark.commits


@pytest.fixture(scope="module")
def tally(small_world: World) -> Iterator[Tally]:
    found = Tally()
    for reader in readers_of(small_world, ASKING):
        for described in reader.descriptions:
            for operation in described.operations:
                examples = EXAMPLES * (3 if operation.path_parameters else 1)
                try_operation(
                    found, reader.label, reader.client, described, operation, reader.keys, examples,
                )  # fmt: skip
    return found


def test_no_answer_is_a_server_error(tally: Tally) -> None:
    assert tally.server_errors == 0, tally.faults


def test_every_status_is_documented_and_every_answer_has_its_form(tally: Tally) -> None:
    assert (tally.undocumented, tally.other_faults) == (0, 0), tally.faults


def test_both_data_and_refusals_were_met(tally: Tally) -> None:
    assert {"200", "400", "401", "403", "404"} <= set(tally.statuses)
    assert len(tally.answered) == 14, tally.answered  # every operation gave data to somebody


NASTY = [
    "\0",
    "a\0",
    "9" * 30,
    "-1",
    "٣",
    "1e400",
    "nan,nan,nan,nan",
    "inf,0,1,2",
    "\ud7ff",
    "%",
    "'",
    "é" * 5_000,
]


def test_no_value_of_a_parameter_is_a_server_error(small_world: World) -> None:
    for asking in readers_of(small_world, ("landlord_admin", "partner_correspondent")):
        for described in asking.descriptions[:2]:
            for operation in described.operations:
                path = urlsplit(described.base).path + operation.path
                for name in (each.name for each in operation.query):
                    for value in NASTY:
                        with undone():
                            answer = asking.client.get(
                                path, {name: value}, headers=described.headers
                            )
                        assert answer.status_code < 500, (path, name, value)
