"""What the demonstration planted is found, and what it did not plant seldom is."""

from __future__ import annotations

import pytest

from bench.displacement import Found, try_seeds


@pytest.fixture(scope="module")
def found() -> Found:
    return try_seeds(stocks=1, seeds=12)


def test_planted_displacement_is_found(found: Found) -> None:
    assert found.planted == 36
    assert found.power >= 0.8


def test_other_interventions_seldom_raise_the_alarm(found: Found) -> None:
    assert found.others > 100
    assert found.false_alarms <= 0.05 + 2 * found.standard_error
