"""The primary rules, one by one at their edge, and all together on whatever neighbourhood."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.release.counts import FACTS
from sharing.release.figures import told_coverage
from sharing.release.planning import Place, RatedSite, RegionKey, plan_release
from sharing.release.rules import (
    Neighbourhood,
    Thresholds,
    broken_rules,
    is_dominated,
    is_publishable,
)

TEN = Thresholds(p=10)
SAFE = [(1, 1, 20), (1, 2, 20), (2, 1, 20), (2, 3, 20), (3, 2, 20), (3, 4, 20)]
some_sites = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 12) | st.integers(0, 400)),
    max_size=14,
)


def cell(*rows: tuple[int, int, int]) -> Neighbourhood:
    """A neighbourhood from (group, level, dwellings)."""
    return Neighbourhood.of([(number, *row) for number, row in enumerate(rows)])


def test_a_safe_neighbourhood_breaks_no_rule() -> None:
    assert broken_rules(cell(*SAFE), TEN) == set()


# Each case breaks the named rules and no other, so that a rule that is left out publishes its case.
@pytest.mark.parametrize(
    ("broken", "rows"),
    [
        ({"sites"}, [(1, 1, 20), (1, 2, 20), (2, 1, 20), (3, 2, 20)]),
        ({"dwellings"}, [(1, 1, 2), (1, 2, 2), (2, 1, 2), (2, 2, 2), (3, 1, 1), (3, 2, 1)]),
        (
            {"dominance of dwellings"},
            [(1, 1, 1000), (1, 2, 20), (2, 1, 10), (2, 2, 10), (3, 1, 50), (3, 2, 51)],
        ),
        (
            {"dominance of sites"},
            [(1, n % 2 + 1, 5) for n in range(21)]
            + [(2, 1, 50), (2, 2, 50), (3, 1, 50), (3, 2, 50)],
        ),
        ({"homogeneity", "homogeneity to a group"}, [(g, 2, 20) for g in (1, 1, 2, 2, 3, 3)]),
        # The one site at another level has no dwelling: every dwelling is at level 2.
        (
            {"homogeneity", "homogeneity to a group"},
            [*[(g, 2, 20) for g in (1, 1, 2, 2, 3, 3)], (3, 4, 0)],
        ),
        # Group 1 alone has another level: it takes its own sites away and knows everybody's.
        ({"homogeneity to a group"}, [(1, 1, 20), (1, 4, 20), (2, 2, 20), (2, 2, 20), (3, 2, 20)]),
    ],
)
def test_each_rule_withholds(broken: set[str], rows: list[tuple[int, int, int]]) -> None:
    assert broken_rules(cell(*rows), TEN) == broken
    assert not is_publishable(cell(*rows), TEN)


def test_two_groups_are_too_few_even_without_dominance() -> None:
    two = cell((1, 1, 20), (1, 2, 20), (2, 1, 20), (2, 3, 20), (2, 2, 20), (1, 4, 20))
    assert broken_rules(two, Thresholds(p=0)) == {"groups"}


def test_the_thresholds_are_met_at_their_very_value() -> None:
    assert broken_rules(cell(*SAFE), Thresholds(p=10, groups=3, sites=6, dwellings=120)) == set()
    assert broken_rules(cell(*SAFE), Thresholds(p=10, groups=4, sites=7, dwellings=121)) == {
        "groups",
        "sites",
        "dwellings",
    }


@pytest.mark.parametrize(
    ("amounts", "p", "dominated"),
    [
        ([100, 50, 10], 10, False),  # 160 − 100 − 50 = 10 is not under 10
        ([100, 50, 9], 10, True),
        ([100, 50, 9], 9, False),
        ([100, 50], 10, True),
        ([100], 10, True),
        ([], 10, True),
        ([10, 100, 50], 10, False),  # the order of the groups is nothing
        ([40, 30, 30, 30], 100, False),
    ],
)
def test_the_p_percent_rule(amounts: list[int], p: float, dominated: bool) -> None:
    groups = np.arange(len(amounts))
    assert is_dominated(np.array(amounts, dtype=np.int64), groups, p) is dominated


def test_the_p_percent_rule_adds_up_what_one_group_owns() -> None:
    amounts = np.array([60, 40, 50, 9], dtype=np.int64)
    assert is_dominated(amounts, np.array([1, 1, 2, 3]), 10) is True


@given(some_sites)
def test_no_published_neighbourhood_breaks_a_rule(rows: list[tuple[int, int, int]]) -> None:
    if not is_publishable(cell(*rows), TEN):
        return
    # Written again without numpy, from the words of the rules.
    sites: Counter[int] = Counter(group for group, _level, _dwellings in rows)
    homes: Counter[int] = Counter()
    for group, _level, dwellings in rows:
        homes[group] += dwellings
    assert len(sites) >= 3
    assert len(rows) >= 5
    assert sum(homes.values()) >= 11
    for owned in (sites, homes):
        first, second, *others = sorted(owned.values(), reverse=True)
        assert sum(others) * 100 >= 10 * first
        assert first >= second
    for group in sites:
        assert len({level for other, level, _homes in rows if other != group}) >= 2


@given(some_sites, st.integers(0, 100))
def test_a_stricter_p_never_publishes_more(rows: list[tuple[int, int, int]], p: int) -> None:
    if not is_publishable(cell(*rows), Thresholds(p=p)):
        assert not is_publishable(cell(*rows), Thresholds(p=p + 10))


def rated(rows: list[tuple[int, int, int]], place: str = "Q1", **levels: int) -> list[RatedSite]:
    """Sites of a neighbourhood from (group, level, dwellings), some at another level."""
    return [
        RatedSite(n, group, levels.get(f"site{n}", level), dwellings, "99", "99001", place)
        for n, (group, level, dwellings) in enumerate(rows)
    ]


def test_coverage_does_not_give_a_lone_withheld_neighbourhood_away() -> None:
    places = {"Q1": Place("99001", (0, 0)), "Q2": Place("99002", (0, 0))}
    told = set()
    for hidden in (31, 32, 33):
        lone = RatedSite(99, 1, 1, hidden, "99", "99002", "Q2")
        told.add(told_coverage(plan_release([*rated(SAFE), lone], places, TEN)))
    assert told == {0.75}


def test_a_family_of_facts_is_told_where_three_groups_hold_it() -> None:
    facts = {n: {"BIENS": 3, **({"TRAFIC": 4} if n < 2 else {})} for n in range(6)}
    plan = plan_release(rated(SAFE), {"Q1": Place("99001", (0, 0))}, TEN, facts=facts)
    told = plan.further[FACTS][RegionKey("neighbourhood", "Q1")]
    assert told is not None
    assert told["TRAFIC"] is None
    # With the total told, the other family would give it.
    assert None in (told["total"], told["BIENS"])
    alone = {n: {"BIENS": 3} for n in range(6)}
    plan = plan_release(rated(SAFE), {"Q1": Place("99001", (0, 0))}, TEN, facts=alone)
    assert plan.further[FACTS][RegionKey("neighbourhood", "Q1")] == {"total": 18, "BIENS": 18}


def test_no_fact_is_told_where_the_levels_are_withheld() -> None:
    lone = RatedSite(99, 1, 1, 30, "99", "99002", "Q2")
    places = {"Q1": Place("99001", (0, 0)), "Q2": Place("99002", (0, 0))}
    facts = {n: {"BIENS": 3} for n in [*range(6), 99]}
    plan = plan_release([*rated(SAFE), lone], places, TEN, facts=facts)
    assert plan.further[FACTS][RegionKey("neighbourhood", "Q2")] is None
    assert plan.further[FACTS][RegionKey("commune", "99002")] is None


def test_a_release_never_says_p() -> None:
    assert "p" not in Thresholds(p=13).as_public()
    assert 13 not in Thresholds(p=13).as_public().values()
