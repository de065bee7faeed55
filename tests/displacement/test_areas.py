"""Target, ring and controls: metres, no site twice, the most alike first."""

from __future__ import annotations

import numpy as np
import pytest

from gis.displacement.areas import (
    Stock,
    TooFewControlsError,
    choose_areas,
    dispersion,
    possible_controls,
    ring_around,
)

PLACES = np.array(
    [[0.0, 0], [100, 0], [449, 0], [451, 0], [901, 0], [5_000, 0], [5_100, 0], [9_000, 0]]
)


def stock(levels: list[int], before: list[int], after: list[int] | None = None) -> Stock:
    n = len(PLACES)
    return Stock(
        PLACES, np.full(n, 60), np.array(levels), np.array(before), np.array(after or before)
    )


def test_the_ring_is_what_lies_within_the_radius() -> None:
    assert ring_around(PLACES, np.array([0]), 450).tolist() == [1, 2]
    assert ring_around(PLACES, np.array([0, 1]), 450).tolist() == [2, 3]
    assert ring_around(PLACES, np.array([], dtype=np.int64), 450).tolist() == []


def test_controls_are_far_from_every_intervention() -> None:
    assert possible_controls(PLACES, np.array([0]), 450).tolist() == [4, 5, 6, 7]
    assert possible_controls(PLACES, np.array([0, 5]), 450).tolist() == [4, 7]


def test_each_site_gets_the_control_most_like_it_and_none_twice() -> None:
    chosen = choose_areas(
        stock([4, 1, 1, 1, 1, 1, 4, 1], [30, 4, 0, 0, 0, 5, 28, 1]), np.array([0]), np.array([1, 2]),
        np.array([4, 5, 6, 7]),
    )  # fmt: skip
    assert chosen.control.tolist() == [6]
    assert chosen.ring_control.tolist() == [5, 4]


def test_the_level_weighs_more_than_one_quiet_year() -> None:
    chosen = choose_areas(
        stock([3, 1, 1, 1, 1, 3, 1, 1], [0, 0, 0, 0, 0, 4, 0, 0]), np.array([0]), np.array([], dtype=np.int64),
        np.array([4, 5, 6, 7]),
    )  # fmt: skip
    assert chosen.control.tolist() == [5]


def test_too_few_controls_are_refused() -> None:
    with pytest.raises(TooFewControlsError, match="3 controls wanted"):
        choose_areas(stock([1] * 8, [1] * 8), np.array([0]), np.array([1, 2]), np.array([5, 6]))


def test_poisson_facts_have_no_extra_dispersion_and_drifting_ones_have() -> None:
    random = np.random.default_rng(5)
    places = np.column_stack([np.arange(600) * 1_000.0, np.zeros(600)])
    sites, pool = np.arange(20), np.arange(20, 600)

    def world(after_rates: np.ndarray) -> Stock:
        return Stock(
            places, np.full(600, 60), np.ones(600, dtype=np.int64), random.poisson(10, 600), random.poisson(after_rates)
        )  # fmt: skip

    assert dispersion(world(np.full(600, 10.0)), sites, pool) < 1.25
    assert dispersion(world(random.gamma(2, 5, 600)), sites, pool) > 2
