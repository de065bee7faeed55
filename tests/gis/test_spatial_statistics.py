"""Local statistics: equal to esda's on the same data, silent on data that carry none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from gis.statistics.findings import hot_and_cold, joined, outliers
from gis.statistics.local import (
    Finding,
    Local,
    Refusal,
    TooLittleError,
    controlled,
    gi_star,
    join_counts,
    local_moran,
)
from gis.statistics.neighbours import neighbours_within

RADIUS = 1_000.0
DRAWS = 199
Float = NDArray[np.float64]

pytestmark = [
    pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The weights matrix is not fully connected"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def clumps(seed: int = 3, *, alone: int = 0) -> tuple[Float, Float]:
    """Two clumps of 40 points 8 km apart, the mark gathered in the first; `alone`: points with no neighbour."""
    rng = np.random.default_rng(seed)
    first = rng.normal((0, 0), 500, (40, 2))
    second = rng.normal((8_000, 0), 500, (40, 2))
    far = np.array([[50_000.0 + 5_000 * n, 0.0] for n in range(alone)]).reshape(-1, 2)
    # In between, so that an order shifted by the points left out would show.
    positions = np.concatenate([first, far, second])
    marks = np.concatenate(
        [rng.random(40) < 0.8, np.ones(alone, dtype=bool), rng.random(40) < 0.1]
    ).astype(float)
    return positions, marks


def reference(positions: Float) -> object:
    """Weights made by libpysal itself from the positions."""
    from libpysal.weights import DistanceBand

    return DistanceBand(positions, RADIUS, binary=True, silence_warnings=True)


@pytest.mark.parametrize("alone", [0, 3])
def test_gi_star_equals_esda(alone: int) -> None:
    from esda.getisord import G_Local

    positions, marks = clumps(alone=alone)
    ours = gi_star(marks, neighbours_within(positions, RADIUS), permutations=DRAWS, seed=7)
    joined_up = ours.neighbours > 0
    assert joined_up.sum() >= 75
    theirs = G_Local(
        marks[joined_up], reference(positions[joined_up]), transform="B", star=True, permutations=DRAWS, n_jobs=1, seed=7
    )  # fmt: skip
    np.testing.assert_allclose(ours.value[joined_up], theirs.Zs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.p[joined_up], np.minimum(1, 2 * theirs.p_sim), rtol=1e-6)
    assert np.isnan(ours.value[~joined_up]).all()


def test_gi_star_equals_the_formula() -> None:
    positions, marks = clumps()
    near = neighbours_within(positions, RADIUS)
    ours = gi_star(marks, near, permutations=DRAWS)
    n, mean, deviation = len(marks), marks.mean(), marks.std()
    for index in np.flatnonzero(ours.neighbours > 0):
        around = [index, *near[index]]
        spread = deviation * np.sqrt((n * len(around) - len(around) ** 2) / (n - 1))
        expected = (marks[around].sum() - mean * len(around)) / spread
        assert ours.value[index] == pytest.approx(expected)


@pytest.mark.parametrize("alone", [0, 3])
def test_local_moran_equals_esda(alone: int) -> None:
    from esda.moran import Moran_Local

    positions, marks = clumps(alone=alone)
    ours = local_moran(marks, neighbours_within(positions, RADIUS), permutations=DRAWS, seed=7)
    held = ours.neighbours > 0
    theirs = Moran_Local(
        marks[held], reference(positions[held]), permutations=DRAWS, n_jobs=1, seed=7
    )
    np.testing.assert_allclose(ours.value[held], theirs.Is, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.p[held], np.minimum(1, 2 * theirs.p_sim), rtol=1e-6)
    assert (ours.high[held] == np.isin(theirs.q, (1, 2))).all()


@pytest.mark.parametrize("alone", [0, 3])
def test_join_counts_equal_esda(alone: int) -> None:
    from esda.join_counts_local import Join_Counts_Local

    positions, marks = clumps(alone=alone)
    ours = join_counts(marks, neighbours_within(positions, RADIUS), permutations=DRAWS, seed=7)
    held = ours.neighbours > 0
    np.random.seed(7)  # noqa: NPY002 -- where esda's permutations take theirs from
    theirs = Join_Counts_Local(connectivity=reference(positions[held]), n_jobs=1).fit(
        marks[held], permutations=DRAWS
    )
    np.testing.assert_array_equal(ours.value[held], theirs.LJC)
    gathered = held & ours.high
    np.testing.assert_array_equal(ours.p[gathered], theirs.p_sim[ours.high[held]])
    assert gathered.any()
    assert np.isnan(ours.p[held & (ours.value == 0)]).all()


def test_join_counts_leave_numpy_s_own_state_alone() -> None:
    positions, marks = clumps()
    before = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    join_counts(marks, neighbours_within(positions, RADIUS), permutations=9)
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]  # noqa: NPY002


def test_the_clump_that_bears_the_mark_is_hot_and_the_other_cold() -> None:
    positions, marks = clumps()
    near = neighbours_within(positions, RADIUS)
    found = hot_and_cold(gi_star(marks, near, permutations=999))
    hot = {each.index for each in found if each.finding == Finding.HOT}
    cold = {each.index for each in found if each.finding == Finding.COLD}
    assert len(hot) > 10
    assert len(cold) > 10
    assert max(hot) < 40 <= min(cold)
    assert {each.index for each in joined(join_counts(marks, near, permutations=999))} <= {
        index for index in range(40) if marks[index]
    }


def test_a_quiet_point_among_marked_ones_is_to_watch() -> None:
    positions, marks = clumps()
    marks[:40] = 1.0
    middle = int(np.argmin(np.hypot(*positions[:40].T)))
    marks[middle] = 0.0
    found = outliers(local_moran(marks, neighbours_within(positions, RADIUS), permutations=999))
    assert Finding.LOW_AMONG_HIGH in {each.finding for each in found if each.index == middle}
    assert all(marks[each.index] == 0 for each in found if each.finding == Finding.LOW_AMONG_HIGH)


def test_nothing_stands_out_of_chance() -> None:
    """Over marks thrown at random the share of discoveries stays near zero: that is what the control is for."""
    rng = np.random.default_rng(1)
    positions = rng.uniform(0, 6_000, (200, 2))
    near = neighbours_within(positions, RADIUS)
    named = [
        len(hot_and_cold(gi_star((rng.random(200) < 0.3).astype(float), near, permutations=DRAWS)))
        for _ in range(5)
    ]
    assert sum(named) <= 5


def test_the_control_is_benjamini_and_hochberg_s() -> None:
    p = np.array([0.01, 0.02, 0.03, 0.5, np.nan, 0.001])
    counts = np.array([5, 5, 5, 5, 5, 1])
    q = controlled(p, counts)
    # By hand: p · m / rank over the four tested, then made monotone from the largest down.
    np.testing.assert_allclose(q[:4], [0.04, 0.04, 0.04, 0.5])
    assert np.isnan(q[4:]).all()


STATISTICS: list[Callable[..., Local]] = [gi_star, local_moran, join_counts]


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_sites_all_alike_carry_no_statistic(statistic: Callable[..., Local], value: float) -> None:
    positions, marks = clumps()
    with pytest.raises(TooLittleError) as caught:
        statistic(np.full(len(marks), value), neighbours_within(positions, RADIUS))
    assert caught.value.refusal == Refusal.ALL_ALIKE


@pytest.mark.parametrize("statistic", STATISTICS)
def test_too_few_sites_carry_no_statistic(statistic: Callable[..., Local]) -> None:
    positions, marks = clumps()
    for chosen in (slice(0, 0), slice(0, 29)):
        with pytest.raises(TooLittleError) as caught:
            statistic(marks[chosen], neighbours_within(positions[chosen], RADIUS))
        assert caught.value.refusal == Refusal.TOO_FEW


@pytest.mark.parametrize("statistic", STATISTICS)
def test_islands_alone_carry_no_statistic(statistic: Callable[..., Local]) -> None:
    positions = np.array([[5_000.0 * n, 0.0] for n in range(60)])
    with pytest.raises(TooLittleError) as caught:
        statistic((np.arange(60) % 2).astype(float), neighbours_within(positions, RADIUS))
    assert caught.value.refusal == Refusal.TOO_FEW


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_value_that_is_none_is_refused(statistic: Callable[..., Local]) -> None:
    positions, marks = clumps()
    marks[3] = np.nan
    with pytest.raises(ValueError, match=r"number|0 or 1"):
        statistic(marks, neighbours_within(positions, RADIUS))


def test_neighbours_are_within_the_radius_and_mutual() -> None:
    positions = np.array([[0.0, 0.0], [1_000.0, 0.0], [1_000.1, 0.0], [9_000.0, 0.0], [0.0, 0.0]])
    assert neighbours_within(positions, RADIUS) == [[1, 4], [0, 2, 4], [1], [], [0, 1]]
    with pytest.raises(ValueError, match="position"):
        neighbours_within(np.array([[np.nan, 0.0]]), RADIUS)
    with pytest.raises(ValueError, match="radius"):
        neighbours_within(positions, 0)


def test_a_web_worker_does_not_load_the_library() -> None:
    program = "import gis.statistics.local, gis.statistics.findings, sys; print('esda' in sys.modules, 'pandas' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False", "False"]
