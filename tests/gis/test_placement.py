"""Things are placed by position, else by code, and the placement says how sure it is."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.models import Territory
from gis.territories.placement import Placement, Quality, ToPlace, place

from .ground import X0, Y0, box, lay, territory

pytestmark = pytest.mark.django_db(databases=["owner"])


@pytest.fixture
def ground() -> dict[str, Territory]:
    """The invented ground."""
    return lay()


def at(x: float, y: float, **declared: str) -> ToPlace:
    """A thing at that many metres from the corner of the ground."""
    return ToPlace(X0 + x, Y0 + y, **declared)


def place_one(thing: ToPlace) -> Placement:
    (placed,) = place([thing], using="owner")
    return placed


def ids(ground: dict[str, Territory], *codes: str) -> tuple[int, ...]:
    return tuple(sorted(ground[code].pk for code in codes))


def test_a_position_gives_every_territory_around_it(ground: dict[str, Territory]) -> None:
    assert place_one(at(950, 500)) == Placement(
        quality=Quality.GEOMETRY,
        departement="99",
        commune="99001",
        iris="990010102",
        qpv=("QN09901M",),
        territory_ids=ids(ground, "99", "99001", "990010102", "QN09901M", "TP-POLICE"),
        commune_known=True,
    )


def test_a_point_near_a_qpv_is_not_in_it_but_says_how_far(ground: dict[str, Territory]) -> None:
    placed = place_one(at(870, 500))
    assert placed.qpv == ()
    assert [(near.code, near.distance_m) for near in placed.near_qpv] == [("QN09901M", 30.0)]
    assert ground["QN09901M"].pk not in placed.territory_ids
    assert place_one(at(840, 500)).near_qpv == ()


def test_on_a_shared_edge_the_declared_commune_wins_then_the_smallest_code(
    ground: dict[str, Territory],
) -> None:
    assert place_one(at(1000, 100)).commune == "99001"
    assert place_one(at(1000, 100, commune_code="99002")).commune == "99002"
    assert place_one(at(1000, 100, commune_code="99003")).contradicts == ("commune",)


def test_a_position_wins_over_declared_codes_and_says_what_it_contradicts(
    ground: dict[str, Territory],
) -> None:
    placed = place_one(
        at(100, 100, commune_code="99002", iris_code="990010102", qpv_code="QN09901M")
    )
    assert (placed.commune, placed.iris, placed.qpv) == ("99001", "990010101", ())
    assert placed.contradicts == ("commune", "iris", "qpv")
    assert place_one(at(100, 100, commune_code="99001")).contradicts == ()


def test_a_position_just_outside_is_given_to_the_nearest_commune(
    ground: dict[str, Territory],
) -> None:
    placed = place_one(at(1500, -40))
    assert (placed.quality, placed.commune, placed.edge_m) == (Quality.GEOMETRY, "99002", 40.0)
    assert place_one(at(1500, 500)).edge_m is None


def test_a_position_far_outside_falls_back_on_codes(ground: dict[str, Territory]) -> None:
    placed = place_one(at(1500, -400, commune_code="99002"))
    assert (placed.quality, placed.commune, placed.edge_m) == (Quality.COMMUNE, "99002", None)
    assert place_one(at(1500, -400)).quality == Quality.NONE


@pytest.mark.parametrize(
    ("declared", "quality", "commune", "around"),
    [
        (
            {"iris_code": "990010101"},
            Quality.CODE,
            "99001",
            ["99", "99001", "990010101", "TP-POLICE"],
        ),
        (
            {"commune_code": "99001", "qpv_code": "QN09901M"},
            Quality.CODE,
            "99001",
            ["99", "99001", "QN09901M", "TP-POLICE"],
        ),
        ({"qpv_code": "QN09901M"}, Quality.CODE, "", ["99", "QN09901M"]),
        ({"commune_code": "99003"}, Quality.COMMUNE, "99003", ["99", "99003"]),
        ({"commune_code": "99003", "iris_code": "990039999"}, Quality.COMMUNE, "99003", ["99", "99003"]),
        ({"commune_code": "Orsen"}, Quality.NONE, "", []),
        ({}, Quality.NONE, "", []),
    ],
)  # fmt: skip
def test_without_a_position_codes_are_used(
    ground: dict[str, Territory],
    declared: dict[str, str],
    quality: Quality,
    commune: str,
    around: list[str],
) -> None:
    placed = place_one(ToPlace(**declared))
    assert (placed.quality, placed.commune) == (quality, commune)
    assert placed.territory_ids == ids(ground, *around)


def test_a_zone_that_cuts_a_commune_is_not_given_by_code(ground: dict[str, Territory]) -> None:
    zone = territory("zone", "Z1", box(0, 0, 1500, 1000), commune_codes=["99001", "99002"])
    zone.save(using="owner")
    assert zone.pk in place_one(ToPlace(commune_code="99001")).territory_ids
    assert zone.pk not in place_one(ToPlace(commune_code="99002")).territory_ids
    assert zone.pk in place_one(at(1200, 100)).territory_ids


def test_an_unknown_commune_keeps_its_code_and_says_that_it_is_not_loaded(
    ground: dict[str, Territory],
) -> None:
    placed = place_one(ToPlace(commune_code="6029"))
    assert (placed.departement, placed.commune, placed.commune_known) == ("06", "06029", False)
    assert place_one(ToPlace(commune_code="99001")).commune_known


def test_arrondissements_are_placed_in_their_commune(ground: dict[str, Territory]) -> None:
    placed = place_one(ToPlace(commune_code="75109"))
    assert (placed.departement, placed.commune) == ("75", "75056")


def test_the_current_vintage_answers_a_position_and_an_older_code_is_still_found(
    ground: dict[str, Territory],
) -> None:
    old = territory("qpv", "QP099001", box(0, 0, 200, 200), vintage=2015)
    old.save(using="owner")
    assert place_one(at(100, 100)).qpv == ()
    by_code = place_one(ToPlace(qpv_code="QP099001"))
    assert (by_code.qpv, by_code.departement) == (("QP099001",), "99")
    assert old.pk in by_code.territory_ids


def test_many_things_cost_few_statements_and_keep_their_order(
    ground: dict[str, Territory],
) -> None:
    things = [at(n * 3 % 3000, 500) if n % 3 else ToPlace(commune_code="99003") for n in range(600)]
    with CaptureQueriesContext(
        connections["owner"],
    ) as queries:
        placed = place(things, using="owner")
    assert len(queries) <= 5
    for thing, answer in zip(things, placed, strict=True):
        expected = "99003" if thing.x is None else f"9900{int((thing.x - X0) // 1000) + 1}"
        assert answer.commune == expected or (thing.x is not None and (thing.x - X0) % 1000 == 0)
    assert place([], using="owner") == []


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.floats(-300, 3300), st.floats(-300, 1300)), max_size=12))
def test_every_random_point_gets_what_one_question_at_a_time_gives(
    ground: dict[str, Territory], spots: list[tuple[float, float]]
) -> None:
    placed = place([at(x, y) for x, y in spots], using="owner", edge_m=0)
    for (x, y), answer in zip(spots, placed, strict=True):
        point = Point(X0 + x, Y0 + y, srid=2154)
        holding = Territory.objects.using("owner").current().holding(point)
        codes = {row.code for row in holding}
        assert answer.quality == (
            Quality.GEOMETRY if codes & {"99001", "99002", "99003"} else Quality.NONE
        )
        if answer.quality == Quality.GEOMETRY:
            assert answer.commune in codes
            assert answer.iris in codes or not any(code.startswith("990010") for code in codes)
            assert set(answer.qpv) == codes & {"QN09901M"}
            assert (ground["TP-POLICE"].pk in answer.territory_ids) == ("TP-POLICE" in codes)
            assert answer.departement == "99"
