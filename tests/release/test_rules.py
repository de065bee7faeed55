"""The primary rules, one by one at their edge, and all together on whatever neighbourhood."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.release.figures import coverage, figures_of, release_of, transitions
from sharing.release.rules import Neighbourhood, Thresholds, broken_rules, is_dominated

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
    assert figures_of(cell(*rows), None, TEN) is None


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
    figures = figures_of(cell(*rows), None, TEN)
    if figures is None:
        return
    # Written again without numpy, from the words of the rules.
    sites: Counter[int] = Counter(group for group, _level, _dwellings in rows)
    homes: Counter[int] = Counter()
    for group, _level, dwellings in rows:
        homes[group] += dwellings
    assert len(sites) == figures.groups >= 3
    assert len(rows) == sum(figures.sites.values()) >= 5
    assert sum(homes.values()) == sum(figures.dwellings.values()) >= 11
    for owned in (sites, homes):
        first, second, *others = sorted(owned.values(), reverse=True)
        assert sum(others) * 100 >= 10 * first
        assert first >= second
    assert len([n for n in figures.sites.values() if n]) >= 2
    assert len([n for n in figures.dwellings.values() if n]) >= 2
    for group in sites:
        assert len({level for other, level, _homes in rows if other != group}) >= 2


@given(some_sites, st.integers(0, 100))
def test_a_stricter_p_never_publishes_more(rows: list[tuple[int, int, int]], p: int) -> None:
    if figures_of(cell(*rows), None, Thresholds(p=p)) is None:
        assert figures_of(cell(*rows), None, Thresholds(p=p + 10)) is None


@given(st.dictionaries(st.integers(1, 6), some_sites))
def test_a_withheld_neighbourhood_holds_nothing_and_coverage_is_a_share(
    by_key: dict[int, list[tuple[int, int, int]]],
) -> None:
    cells = {key: cell(*rows) for key, rows in by_key.items()}
    release = release_of(cells, None, TEN)
    assert release.neighbourhoods.keys() == cells.keys()
    for key, figures in release.neighbourhoods.items():
        assert (figures is None) == bool(broken_rules(cells[key], TEN))
    assert 0 <= release.coverage <= 1
    homes = sum(dwellings for rows in by_key.values() for _g, _l, dwellings in rows)
    shown = sum(sum(f.dwellings.values()) for f in release.neighbourhoods.values() if f)
    if homes:
        assert -1e-9 <= shown / homes - release.coverage < 0.05


def test_coverage_does_not_give_a_lone_withheld_neighbourhood_away() -> None:
    published = {1: figures_of(cell(*SAFE), None, TEN), 2: None}
    told = {
        coverage({1: cell(*SAFE), 2: cell((1, 1, hidden))}, published) for hidden in (31, 32, 33)
    }
    assert told == {0.75}


def moved(rows: list[tuple[int, int, int]], **levels: int) -> Neighbourhood:
    changed = [(g, levels.get(f"site{n}", level), d) for n, (g, level, d) in enumerate(rows)]
    return cell(*changed)


def test_evolution_counts_the_same_sites_from_level_to_level() -> None:
    figures = figures_of(moved(SAFE, site3=4), cell(*SAFE), TEN)
    assert figures is not None
    assert figures.evolution == {"sites": {"1->1": 2, "2->2": 2, "3->4": 1, "4->4": 1}}


def test_no_evolution_where_the_sites_differ() -> None:
    now = cell(*SAFE, (3, 1, 20))
    figures = figures_of(now, cell(*SAFE), TEN)
    assert figures is not None
    assert figures.evolution is None
    assert transitions(now, cell(*SAFE)) is None


def test_no_evolution_from_a_round_that_would_be_withheld() -> None:
    # Before, every site was at level 2: the transitions would tell it of each of them.
    before = cell(*[(group, 2, dwellings) for group, _level, dwellings in SAFE])
    figures = figures_of(cell(*SAFE), before, TEN)
    assert figures is not None
    assert figures.evolution is None


def test_a_release_never_says_p() -> None:
    assert "p" not in Thresholds(p=13).as_public()
    assert 13 not in Thresholds(p=13).as_public().values()
