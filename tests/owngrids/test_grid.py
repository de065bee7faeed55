"""What a grid must be to be published, what it suggests, and what the common scale keeps of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tenants.campaigns.suggestion import BadCriteriaError, suggest_level
from tenants.owngrids.definition import COMMON, OWN, faults, losses
from tenants.owngrids.rule import common_answers, common_level, levels_reached, suggest_own
from tests.owngrids.conftest import SECRET, five_levels

pytestmark = pytest.mark.usefixtures("grid")
QUIET = {"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1}


def every_answer(definition: dict[str, Any]) -> list[dict[str, int]]:
    codes = [each["code"] for each in definition["criteria"]]
    places = [range(1, len(each["options"]) + 1) for each in definition["criteria"]]
    return [dict(zip(codes, answer, strict=True)) for answer in product(*places)]


@pytest.mark.parametrize("rule", [OWN, COMMON])
def test_the_suggestion_never_goes_down_when_an_answer_goes_up_and_reaches_what_is_said(
    rule: str,
) -> None:
    definition = five_levels(rule)
    assert faults(definition) == []
    reached = set()
    for answers in every_answer(definition):
        level = suggest_own(definition, answers).level
        reached.add(level)
        for code, place in answers.items():
            if place > 1:
                assert suggest_own(definition, answers | {code: place - 1}).level <= level
    assert reached == (levels_reached(definition) if rule == OWN else {1, 2, 4, 5})


def test_the_own_rule_takes_the_graver_of_an_imposed_level_and_of_the_points() -> None:
    definition = five_levels()
    assert suggest_own(definition, QUIET).level == 1
    assert suggest_own(definition, QUIET | {"q1": 4}).level == 5  # imposed alone
    assert suggest_own(definition, QUIET | {"q5": 2}).points == 2  # a weight of 2
    assert suggest_own(definition, QUIET | {"q2": 4, "q5": 2}).level == 2  # 3 + 2 points, from 3


def test_the_common_rule_goes_through_the_common_tables() -> None:
    definition = five_levels(COMMON)
    for answers in every_answer(definition):
        common = suggest_level(common_answers(definition, answers))
        assert common_level(definition, suggest_own(definition, answers).level) == common


def test_only_questions_with_an_equivalent_reach_the_common_criteria() -> None:
    definition = five_levels()
    definition["criteria"][0]["options"] = definition["criteria"][0]["options"][::3]
    said = common_answers(definition, QUIET | {"q1": 2, "q5": 2})
    assert said == {"nature_gravity": 4, "frequency": 1, "equipment": 1, "service": 1}


@pytest.mark.parametrize("strange", [{}, {"q6": 1}, {"q1": 5}, {"q1": 0}, {"q1": True}, {"q5": 3}])
def test_answers_out_of_the_grid_are_refused(strange: dict[str, int]) -> None:
    with pytest.raises(BadCriteriaError):
        suggest_own(five_levels(), QUIET | strange if strange else {})


def _unnamed(grid: dict[str, Any]) -> None:
    grid["levels"][2]["label"] = ""


def _twice(grid: dict[str, Any]) -> None:
    grid["levels"][2]["label"] = "vert"


def _falling(grid: dict[str, Any]) -> None:
    grid["levels"][4]["common"] = 1


def _one_equivalent_twice(grid: dict[str, Any]) -> None:
    grid["criteria"][4]["equivalent"] = "service"


def _unsaid(grid: dict[str, Any]) -> None:
    grid["rule"], grid["levels"][4]["common"] = COMMON, 3


def _no_equivalent(grid: dict[str, Any]) -> None:
    grid["rule"], grid["criteria"][1]["equivalent"] = COMMON, ""


def _unreached(grid: dict[str, Any]) -> None:
    grid["levels"][4]["from"], grid["criteria"][0]["options"][3]["least"] = 900, 1


def _degrees_fall(grid: dict[str, Any]) -> None:
    grid["criteria"][1]["options"][3]["degree"] = 1


def _points_start_late(grid: dict[str, Any]) -> None:
    grid["levels"][0]["from"] = 1


@pytest.mark.parametrize(
    "spoil",
    [
        _unnamed,
        _twice,
        _falling,
        _one_equivalent_twice,
        _unsaid,
        _no_equivalent,
        _unreached,
        _degrees_fall,
        _points_start_late,
    ],
)
def test_a_grid_that_is_not_whole_is_not_published(spoil: Callable[[dict[str, Any]], None]) -> None:
    definition = copy.deepcopy(five_levels())
    assert faults(definition) == []
    spoil(definition)
    assert faults(definition)


def test_the_losses_say_what_folds_together_and_what_stays_inside() -> None:
    told = {(each.label, each.text) for each in losses(five_levels())}
    assert ("Niveau", f"Jaune, {SECRET} se confondent en 2") in told
    assert any(label == f"Présence {SECRET}" and "sans équivalent" in text for label, text in told)
