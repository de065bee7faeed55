"""Dwellings in round numbers: what they hide, what exact ones would give away, and an attack that knows every size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sharing.release import planning
from sharing.release.figures import figures_of
from sharing.release.planning import NEIGHBOURHOOD, Plan, RatedSite, RegionKey, plan_release
from sharing.release.rules import Thresholds
from sharing.release.sizes import Sized, Telling, coarser, first_step, rounded, steps_of
from tests.attack.auditor import Site
from tests.attack.campaign import make_world
from tests.attack.sizes import Searcher, Sum

BANDS = ["1-2", "3-4"]


def test_to_the_nearest_multiple() -> None:
    assert [rounded(amount, 5) for amount in (0, 2, 3, 7, 8)] == [0, 0, 5, 5, 10]
    assert [rounded(amount, 10) for amount in (4, 5, 14, 15)] == [0, 10, 10, 20]
    assert [rounded(amount, 1) for amount in (3, 17)] == [3, 17]


def test_the_step_follows_the_size() -> None:
    assert [first_step(amount) for amount in (15, 20, 500, 501, 5000, 40_000)] == [
        None,
        5,
        5,
        10,
        50,
        500,
    ]
    assert (coarser(5, 500), coarser(100, 500), coarser(5, 30)) == (10, None, None)


def telling(sizes: list[tuple[int, int, int]], step: int | None = None) -> Telling:
    """Sites as (group, level, dwellings), told by band."""
    return Telling([Sized(number, *one) for number, one in enumerate(sizes)], BANDS, step)


def test_sites_of_like_sizes_hide_one_another() -> None:
    like = [(group, level, 40 + group) for group in range(3) for level in (1, 2, 3, 4)]
    assert steps_of([telling(like)]) == [5]


def test_a_site_that_nothing_can_stand_for_keeps_dwellings_untold() -> None:
    # One large site: whichever band holds its thousand dwellings is its own.
    alone = [(group, level, 40 + group) for group in range(3) for level in (1, 2, 3, 4)]
    assert steps_of([telling([*alone, (1, 4, 1000)])]) == [None]


def test_what_was_told_before_is_not_told_again_by_another_step() -> None:
    like = [(group, level, 40 + group) for group in range(3) for level in (1, 2, 3, 4)]
    before = telling(like, 10)
    assert steps_of([telling(like), before])[1] == 10


def sums(plan: Plan, *, is_exact: bool) -> list[Sum]:
    """What the release tells of each region, as the searcher wants it; `is_exact`: as if dwellings were not rounded."""
    found = []
    for key, figures in figures_of(plan).items():
        if figures is None:
            continue
        name = RegionKey(*key)
        if figures.zone is not None:
            name = next(
                one for one in plan.shown if one.kind == "zone" and key[1] in one.name.split()
            )
        inside = frozenset(site.site for site in plan.members[name])
        exact = plan.shown[name]
        assert exact is not None
        for item, count in figures.sites.items():
            if count is None:
                continue
            told, true = figures.dwellings[item], exact.dwellings[item]
            between = None
            if is_exact and true is not None:
                between = (true, true)
            elif told is not None and figures.step:
                half = figures.step // 2
                between = (told - half, told - half + figures.step - 1)
            found.append(Sum(inside, item, count, between))
    return found


@pytest.fixture(scope="module", params=[2, 5])
def plan(request: pytest.FixtureRequest) -> Plan:
    world = make_world(request.param, communes=2)
    return plan_release(world.now, world.places, Thresholds(p=10))


def found_out(plan: Plan, *, is_exact: bool, sample: int = 12) -> int:
    """How many of the sites of published neighbourhoods somebody finds, the outsider and one group."""
    told = sums(plan, is_exact=is_exact)
    held = {number for one in told for number in one.sites}
    rows: dict[int, RatedSite] = {
        site.site: site
        for members in plan.members.values()
        for site in members
        if site.site in held
    }
    sites = [Site(one.site, one.group, one.level, one.dwellings) for one in rows.values()]
    random = np.random.default_rng(1)
    chosen = [sites[at] for at in random.choice(len(sites), min(sample, len(sites)), replace=False)]
    groups = sorted({site.group for site in sites})
    count = 0
    for knows in (None, groups[0]):
        searcher = Searcher(sites, told, knows)
        count += sum(searcher.is_found_out(site) for site in chosen if site.group != knows)
    return count


def test_who_knows_every_size_finds_no_site(plan: Plan) -> None:
    assert any(key.kind == NEIGHBOURHOOD for key, step in plan.steps.items()) or plan.steps
    assert found_out(plan, is_exact=False) == 0


def test_exact_dwellings_would_give_sites_away(plan: Plan) -> None:
    """The planted weakness: the same attack on the sums as they are."""
    assert found_out(plan, is_exact=True) > 0


def test_the_ledger_keeps_the_step(plan: Plan) -> None:
    steps = {one.step for one in plan.told}
    assert steps <= {0, *(step for step in plan.steps.values() if step)}
    again = planning.round_dwellings(
        plan.shown, plan.members, [replace(one, step=1) for one in plan.told]
    )
    assert again.keys() == plan.steps.keys()
