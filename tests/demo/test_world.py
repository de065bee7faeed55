"""The drawn world: counts, shares, shapes, and the same world from the same seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest
import shapely

from orsen.demo.areas import NOWHERE
from orsen.demo.calendar import FACT_MONTHS, PAST_CAMPAIGNS
from orsen.demo.facts import PLANTED_MONTH, RING_METRES
from orsen.demo.levels import LEVEL_SHARES, transitions
from orsen.demo.size import FULL, SMALL
from orsen.demo.world import World, make_world

TODAY = dt.date(2026, 3, 16)


@pytest.fixture(scope="module")
def small() -> World:
    return make_world(7, SMALL, TODAY)


@pytest.fixture(scope="module")
def full() -> World:
    return make_world(2026, FULL, TODAY)


def summary(world: World) -> tuple[object, ...]:
    """Figures that tell two worlds apart."""
    return (
        world.ground.outline.wkt,
        [area.geom.wkb for area in world.areas.everything()],
        [(plan.landlord, plan.name, plan.dwellings, plan.x, plan.y) for plan in world.plans],
        world.levels.tolist(),
        world.facts,
        world.interventions,
    )


def test_the_same_seed_draws_the_same_world(small: World) -> None:
    assert summary(make_world(7, SMALL, TODAY)) == summary(small)


def test_another_seed_draws_another_world(small: World) -> None:
    other = make_world(8, SMALL, TODAY)
    assert all(one != two for one, two in zip(summary(other), summary(small), strict=True))


def test_full_counts_are_those_asked_for(full: World) -> None:
    for number, departement in enumerate(FULL.departements):
        of_kind = Counter(
            area.kind
            for area in full.areas.everything()
            if area.departement_code == departement.code
        )
        plans = [plan for plan in full.plans if plan.departement == number]
        assert of_kind == {
            "departement": 1, "commune": departement.communes, "iris": departement.iris, "qpv": departement.qpv
        }  # fmt: skip
        assert len(plans) == departement.sites
        assert sum(plan.dwellings for plan in plans) == departement.dwellings
    assert {plan.landlord for plan in full.plans} == set(range(12))
    assert len(full.interventions) == FULL.interventions == 40
    assert len(full.planted) == 3


def test_site_and_address_sizes_follow_the_averages(full: World) -> None:
    dwellings = sum(plan.dwellings for plan in full.plans)
    addresses = [address for plan in full.plans for address in plan.addresses]
    assert dwellings / len(full.plans) == pytest.approx(63, rel=0.03)
    assert dwellings / len(addresses) == pytest.approx(14.6, rel=0.05)
    for plan in full.plans:
        assert sum(address.dwellings for address in plan.addresses) == plan.dwellings


def test_levels_follow_the_distribution_of_halls(full: World) -> None:
    shares = np.bincount(full.levels.ravel(), minlength=5)[1:] / full.levels.size
    assert shares == pytest.approx(LEVEL_SHARES, abs=0.002)


def test_most_levels_stay_and_few_move_by_more_than_one(full: World) -> None:
    counts = transitions(full.levels)
    moves = counts.sum() - counts.trace()
    by_one = np.trace(counts, 1) + np.trace(counts, -1)
    assert 0.85 < counts.trace() / counts.sum() < 0.97
    assert by_one / moves > 0.95


def test_trouble_gathers_in_neighbourhoods(full: World) -> None:
    within = np.array([plan.qpv != NOWHERE for plan in full.plans])
    troubled = full.levels[:, PAST_CAMPAIGNS] >= 2
    assert troubled[within].mean() > 4 * troubled[~within].mean()


def test_most_neighbourhoods_have_three_groups(full: World) -> None:
    group_of = [0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8]
    groups: dict[int, set[int]] = {}
    for plan in full.plans:
        if plan.qpv != NOWHERE:
            groups.setdefault(plan.qpv, set()).add(group_of[plan.landlord])
    assert len(groups) >= 80
    assert sum(len(each) >= 3 for each in groups.values()) / len(groups) > 0.75


def test_territories_are_valid_and_nested(full: World) -> None:
    everything = full.areas.everything()
    assert all(area.geom.is_valid and not area.geom.is_empty for area in everything)
    for departement in full.areas.departements:
        communes = [a.geom for a in full.areas.communes if a.departement_code == departement.code]
        assert sum(geom.area for geom in communes) == pytest.approx(departement.geom.area, rel=1e-3)
        assert (
            shapely.union_all(communes).symmetric_difference(departement.geom).area
            < 1e-3 * departement.geom.area
        )
    for commune in full.areas.communes:
        parts = [iris.geom.area for iris in full.areas.iris if iris.code.startswith(commune.code)]
        assert sum(parts) == pytest.approx(commune.geom.area, rel=0.01)


def test_neighbourhoods_cut_across_iris_and_communes(full: World) -> None:
    iris = shapely.STRtree([area.geom for area in full.areas.iris])
    crossed = [
        len(iris.query(area.geom.buffer(-5), predicate="intersects")) for area in full.areas.qpv
    ]
    assert np.mean(np.array(crossed) >= 2) > 0.9
    assert sum(len(area.commune_codes) > 1 for area in full.areas.qpv) >= 10


def test_sites_stand_on_land_in_their_own_areas(full: World) -> None:
    for plan in full.plans:
        point = shapely.Point(plan.x, plan.y)
        assert full.areas.communes[plan.commune].geom.covers(point)
        assert full.areas.iris[plan.iris].geom.covers(point)
        assert plan.qpv == NOWHERE or full.areas.qpv[plan.qpv].geom.covers(point)
        assert not full.layer.water.contains(point)


@pytest.mark.parametrize("size", ["small", "full"])
def test_facts_fall_on_the_target_and_rise_around_it(
    size: str, request: pytest.FixtureRequest
) -> None:
    world: World = request.getfixturevalue(size)
    start = world.calendar.month_start(PLANTED_MONTH)
    before = world.calendar.month_start(PLANTED_MONTH - (FACT_MONTHS - PLANTED_MONTH))
    for effect in world.planted:

        def count(sites: set[int], *, after: bool) -> int:
            return sum(
                fact.site in sites and (fact.day >= start if after else before <= fact.day < start)
                for fact in world.facts
            )  # fmt: skip

        target, ring = {effect.target}, set(effect.ring)
        assert count(target, after=True) < 0.65 * count(target, after=False)
        assert count(ring, after=True) > 1.4 * count(ring, after=False)
        assert count(target, after=False) > 80  # enough facts for a test to see the change


def test_the_ring_is_everything_within_its_radius(small: World) -> None:
    for effect in small.planted:
        here = np.array([small.plans[effect.target].x, small.plans[effect.target].y])
        for site, plan in enumerate(small.plans):
            near = np.hypot(*(here - [plan.x, plan.y])) <= RING_METRES
            always = plan.first_campaign == 0 and plan.last_campaign == 99
            assert (site in effect.ring) == (near and always and site != effect.target)
        assert len({small.plans[site].landlord for site in effect.ring}) > 1


def test_planted_interventions_start_when_the_facts_turn(small: World) -> None:
    start = small.calendar.month_start(PLANTED_MONTH)
    planted = [
        plan for plan in small.interventions if plan.sites[0] in {e.target for e in small.planted}
    ]
    assert len(planted) == SMALL.planted_displacements
    assert {plan.starts_on for plan in planted} == {start}
