"""IRIS and QPV in one release: they overlap, and what one has more than the other is a figure like the others."""

from __future__ import annotations

from sharing.release import planning
from sharing.release.planning import NEIGHBOURHOOD, ZONE, Place, RatedSite, RegionKey, plan_release
from sharing.release.rules import Thresholds
from tests.attack import campaign

TEN = Thresholds(p=10)
PLACES = {
    "I1": Place("99001", (0.0, 0.0), "iris"),
    "I2": Place("99001", (500.0, 0.0), "iris"),
    "Q1": Place("99001", (200.0, 0.0), "qpv"),
}


def sites(first: int, count: int, places: str, group: int | None = None) -> list[RatedSite]:
    return [
        RatedSite(
            first + at, at % 4 if group is None else group, 1 + at % 4, 40 + at, "99", "99001", places,
        )
        for at in range(count)
    ]  # fmt: skip


def test_a_site_counts_in_each_of_its_neighbourhoods() -> None:
    everything = [*sites(0, 16, "I1 Q1"), *sites(100, 16, "I1"), *sites(200, 16, "I2 Q1")]
    plan = plan_release(everything, PLACES, TEN)
    totals = {
        code: len(plan.members[RegionKey(NEIGHBOURHOOD, code)]) for code in ("I1", "I2", "Q1")
    }
    assert totals == {"I1": 32, "I2": 16, "Q1": 32}
    assert plan.coverage() <= 1.0


def test_one_site_between_an_iris_and_a_qpv_is_not_told_by_subtraction() -> None:
    """The IRIS and the QPV hold the same sites but one: both told, its level would be the difference."""
    lone = sites(500, 1, "I1", group=2)
    alike = [*sites(0, 24, "I1 Q1"), *lone, *sites(600, 24, "I2")]
    plan = plan_release(alike, PLACES, TEN)
    iris, qpv = (plan.shown[RegionKey(NEIGHBOURHOOD, code)] for code in ("I1", "Q1"))
    assert iris is not None or qpv is not None  # one of them may be told
    both = iris is not None and qpv is not None
    assert not (both and iris.has_bands and qpv.has_bands)
    # Without the lone site they are one and the same set.
    same = plan_release([*sites(0, 24, "I1 Q1"), *sites(600, 24, "I2")], PLACES, TEN)
    assert same.shown[RegionKey(NEIGHBOURHOOD, "I1")] == same.shown[RegionKey(NEIGHBOURHOOD, "Q1")]
    assert same.shown[RegionKey(NEIGHBOURHOOD, "I1")] is not None


def test_zones_join_neighbourhoods_of_one_geography() -> None:
    world = campaign.make_world(3, overlapping=True)
    plan = plan_release(world.now, world.places, TEN)
    joined = [key.name.split() for key in plan.shown if key.kind == ZONE]
    assert joined
    for codes in joined:
        assert len({world.places[code].geography for code in codes}) == 1


def test_what_several_parts_hold_more_is_a_cell() -> None:
    """A QPV over three IRIS less one of them is two parts: nobody publishes that, and it is audited all the same."""
    places = {**PLACES, "I3": Place("99001", (900.0, 0.0), "iris")}
    everything = [*sites(0, 9, "I1 Q1"), *sites(100, 9, "I2 Q1"), *sites(200, 9, "I3 Q1")]
    everything += sites(300, 9, "I1")
    members = planning._members(everything, places, [])
    geography = {code: place.geography for code, place in places.items()}
    with_pieces, _keys = planning.link(members, TEN, (), frozenset(), geography)
    without, _keys = planning.link(members, TEN, (), frozenset())
    held = {tuple(region.parts) for region in with_pieces.regions if region.parts}
    assert held - {tuple(region.parts) for region in without.regions if region.parts}


def test_the_auditor_recovers_nothing() -> None:
    found = campaign.release(campaign.make_world(11, communes=2, overlapping=True))
    findings = [finding for _kind, finding in campaign.attacks(found, 11, 40)]
    assert len(findings) == 40
    assert not any(finding.is_recovered or finding.is_too_near for finding in findings)
