"""The rule that suggests a level, over all of its 256 answers."""

from __future__ import annotations

from itertools import product

import pytest

from tenants.campaigns.suggestion import BadCriteriaError, suggest, suggest_level

CODES = ("nature_gravity", "frequency", "equipment", "service")
ALL = [dict(zip(CODES, values, strict=True)) for values in product((1, 2, 3, 4), repeat=4)]


def test_every_level_is_reached_and_no_other() -> None:
    assert {suggest_level(criteria) for criteria in ALL} == {1, 2, 3, 4}


def test_a_graver_answer_never_lowers_the_level() -> None:
    for criteria in ALL:
        for code in CODES:
            if criteria[code] < 4:
                graver = criteria | {code: criteria[code] + 1}
                assert suggest_level(graver) >= suggest_level(criteria), (criteria, graver)


def test_each_criterion_counts() -> None:
    for code in CODES:
        assert any(
            suggest_level(criteria) != suggest_level(criteria | {code: 4}) for criteria in ALL
        ), code


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ((1, 1, 1, 1), 1),
        ((4, 1, 1, 1), 3),  # grave but isolated
        ((3, 1, 1, 1), 2),
        ((3, 4, 1, 1), 4),  # grave and daily
        ((1, 4, 1, 1), 2),  # light but daily
        ((2, 2, 1, 1), 2),
        ((1, 1, 4, 4), 4),  # neither equipment nor service works any more
        ((1, 1, 4, 1), 2),
        ((1, 1, 1, 4), 3),  # staff presence impossible at some hours
    ],
)
def test_the_rule_as_it_is_written(answers: tuple[int, ...], level: int) -> None:
    assert suggest_level(dict(zip(CODES, answers, strict=True))) == level


def test_the_reason_names_both_readings() -> None:
    said = suggest({"nature_gravity": 4, "frequency": 3, "equipment": 2, "service": 1}).explain()
    assert "donnent 4" in said
    assert "effets 1" in said


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"nature_gravity": 1, "frequency": 1, "equipment": 1},
        {"nature_gravity": 0, "frequency": 1, "equipment": 1, "service": 1},
        {"nature_gravity": 5, "frequency": 1, "equipment": 1, "service": 1},
        {"nature_gravity": True, "frequency": 1, "equipment": 1, "service": 1},
    ],
)
def test_answers_out_of_the_grid_are_refused(criteria: dict[str, int]) -> None:
    with pytest.raises(BadCriteriaError):
        suggest(criteria)
