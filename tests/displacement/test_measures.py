"""WDD and WDQ against their published check values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.displacement.measures import (
    Counts,
    Difference,
    Reading,
    Undefined,
    weighted_displacement_difference,
    weighted_displacement_quotient,
)

counts = st.builds(Counts, st.integers(0, 300), st.integers(0, 300))


def test_the_difference_without_a_ring_gives_the_published_value() -> None:
    found = weighted_displacement_difference(Counts(120, 100), Counts(130, 150))
    assert found.value == -40
    assert found.standard_error == pytest.approx(22.4, abs=0.05)
    assert found.fell


def test_the_difference_with_a_ring_gives_the_published_value() -> None:
    found = weighted_displacement_difference(
        Counts(120, 100), Counts(130, 150), Counts(40, 25), Counts(30, 25)
    )
    assert found.value == -50
    assert found.standard_error == pytest.approx(24.9, abs=0.05)
    assert found.interval == pytest.approx((-98.8, -1.2), abs=0.1)


def test_fifty_facts_an_area_tell_a_change_of_twenty_three() -> None:
    found = weighted_displacement_difference(Counts(50, 50), Counts(50, 50))
    assert found.smallest_seen == pytest.approx(23.3, abs=0.1)
    assert found.power(found.smallest_seen) == pytest.approx(0.5)
    assert found.power(45) > 0.9


def test_the_quotient_gives_the_published_value() -> None:
    found = weighted_displacement_quotient(Counts(100, 50), Counts(100, 150), Counts(100, 100))
    assert found.value == -1
    assert found.reading is Reading.DISPLACEMENT
    assert found.interval is not None
    assert found.interval[0] < -1 < found.interval[1]


@pytest.mark.parametrize(
    ("ring", "reading"),
    [
        (Counts(100, 10), Reading.DIFFUSION_BEYOND),
        (Counts(100, 80), Reading.DIFFUSION),
        (Counts(100, 120), Reading.DISPLACEMENT),
        (Counts(100, 190), Reading.DISPLACEMENT_BEYOND),
    ],
)
def test_a_quotient_is_read(ring: Counts, reading: Reading) -> None:
    assert (
        weighted_displacement_quotient(Counts(100, 50), ring, Counts(100, 100)).reading is reading
    )


@pytest.mark.parametrize(
    ("target", "ring", "control", "reason"),
    [
        (Counts(10, 5), Counts(5, 5), Counts(0, 10), Undefined.NO_CONTROL),
        (Counts(0, 5), Counts(5, 5), Counts(10, 10), Undefined.NO_FACT),
        (Counts(10, 5), Counts(0, 0), Counts(10, 10), Undefined.NO_FACT),
        (Counts(10, 12), Counts(5, 5), Counts(10, 10), Undefined.NO_FALL),
    ],
)
def test_a_quotient_without_meaning_says_why(
    target: Counts, ring: Counts, control: Counts, reason: Undefined
) -> None:
    found = weighted_displacement_quotient(target, ring, control)
    assert (found.value, found.undefined) == (None, reason)


def test_an_unsure_fall_gives_no_interval() -> None:
    found = weighted_displacement_quotient(Counts(4, 3), Counts(4, 4), Counts(5, 5))
    assert found.value is not None
    assert found.interval is None


def test_the_interval_holds_what_poisson_counts_would_give() -> None:
    random = np.random.default_rng(3)
    true = [(120, 60), (100, 130), (300, 300)]
    intervals = []
    for _each in range(200):
        drawn = [Counts(*map(int, random.poisson(pair))) for pair in true]
        intervals.append(weighted_displacement_quotient(*drawn).interval)
    given_ones = [interval for interval in intervals if interval is not None]
    assert len(given_ones) >= 190
    held = sum(low <= -0.5 <= high for low, high in given_ones)
    assert 0.9 <= held / len(given_ones) <= 0.995


@given(counts, counts, counts, counts)
def test_swapping_the_periods_turns_the_difference(
    t: Counts, c: Counts, r: Counts, rc: Counts
) -> None:
    def turned(area: Counts) -> Counts:
        return Counts(area.after, area.before)

    there = weighted_displacement_difference(t, c, r, rc)
    back = weighted_displacement_difference(turned(t), turned(c), turned(r), turned(rc))
    assert there.value == -back.value
    assert there.standard_error == back.standard_error


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Counts(-1, 0)
    with pytest.raises(ValueError, match="control of its own"):
        weighted_displacement_difference(Counts(1, 1), Counts(1, 1), ring=Counts(1, 1))
    with pytest.raises(ValueError, match="Poisson"):
        weighted_displacement_difference(Counts(1, 1), Counts(1, 1), dispersion=0.5)


def test_no_fact_at_all_tells_nothing() -> None:
    found = Difference(0, 0.0)
    assert (found.z, found.fell, found.rose, found.power(10)) == (0.0, False, False, 0.0)
