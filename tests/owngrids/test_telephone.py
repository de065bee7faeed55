"""The telephone takes the landlord's grid along, proposes the same level without a network, and is believed no further."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from django.conf import settings

from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment, Campaign
from tenants.owngrids.definition import COMMON, OWN
from tenants.owngrids.rule import suggest_own
from tests.capture.telephone import Telephone, activated
from tests.cast import Cast
from tests.owngrids.conftest import SECRET, five_levels, launch, publish
from tests.owngrids.test_grid import QUIET, every_answer

N3 = "Résidence N3"


@pytest.fixture
def telephone(cast: Cast, campaign: Campaign) -> Telephone:
    """The caretaker's."""
    return activated(cast.amandier)


def test_the_grid_comes_with_the_list(telephone: Telephone) -> None:
    grid = telephone.state["campaigns"][0]["grid"]
    assert grid["criteria"][4]["label"] == f"Présence {SECRET}"
    assert [each["common"] for each in grid["levels"]] == [1, 2, 2, 3, 4]
    assert grid["own"]["rule"] == OWN


def test_a_rating_on_it_is_kept_and_the_same_one_counts_once(
    cast: Cast, telephone: Telephone
) -> None:
    item = telephone.rate(
        N3, criteria=QUIET | {"q2": 4, "q5": 2}, level=3, reason="Un hall de plus"
    )
    told = telephone.send(item, item)
    assert [each["outcome"] for each in told] == ["kept", "kept"]
    with landlord_scope(cast.amandier.admin.principal):
        (kept,) = Assessment.objects.all()
    assert (kept.level, kept.criteria["frequency"]) == (2, 4)
    assert kept.own_answers == {"answers": QUIET | {"q2": 4, "q5": 2}, "level": 3, "suggested": 2}


@pytest.mark.parametrize(
    "said",
    [
        {},  # the four common answers, of another grid
        {"criteria": QUIET | {"q5": 3}},
        {"criteria": QUIET | {"q6": 1}},
        {"criteria": QUIET, "level": 6, "reason": "x"},
    ],
)
def test_what_the_grid_does_not_hold_is_refused_and_stays_on_the_telephone(
    cast: Cast, telephone: Telephone, said: dict[str, Any]
) -> None:
    (told,) = telephone.send(telephone.rate(N3, **said))
    assert (told["outcome"], told["code"]) == ("refused", "unreadable")
    with landlord_scope(cast.amandier.admin.principal):
        assert not Assessment.objects.exists()


@pytest.mark.parametrize("rule", [OWN, COMMON])
def test_the_telephone_and_the_server_suggest_the_same_on_every_answer(
    cast: Cast, grid: None, rule: str
) -> None:
    definition = five_levels(rule)
    launch(cast, publish(cast, definition))
    taken = activated(cast.amandier).state["campaigns"][0]["grid"]
    answers = every_answer(definition)
    frontend = settings.ROOT / "frontend"
    script = subprocess.run(
        [
            frontend / "node_modules/.bin/esbuild", frontend / "src/capture/suggestion.ts", "--bundle",
            "--format=iife", "--global-name=page",
        ],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    script += "const said = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
    script += "console.log(JSON.stringify(said.answers.map((each) => page.suggestOn(said.grid, each).level)));"
    run = subprocess.run(
        ["node", "-e", script], input=json.dumps({"grid": taken, "answers": answers}),
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert json.loads(run.stdout) == [suggest_own(definition, each).level for each in answers]
