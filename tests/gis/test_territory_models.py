"""The database itself refuses wrong territories, and the latest vintage answers by default."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, transaction

from gis.models import BaseFeature, BaseFeatureKind, Territory, TerritoryKind

pytestmark = pytest.mark.django_db(databases=["owner"])

BOW_TIE = Polygon(((0, 0), (10, 10), (10, 0), (0, 10), (0, 0)))


def square(x: float, y: float, side: float = 100.0) -> MultiPolygon:
    """An axis-parallel square, metres, EPSG:2154."""
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))
    return MultiPolygon(Polygon(corners), srid=2154)


def territory(**fields: Any) -> Territory:
    """A commune of the invented département, changed as the caller says."""
    defaults: dict[str, Any] = {
        "kind": TerritoryKind.COMMUNE,
        "code": "99001",
        "name": "Port-Orsen",
        "vintage": 2024,
        "geom": square(0, 0),
        "departement_code": "99",
        "commune_codes": ["99001"],
    }
    return Territory(**(defaults | fields))


def save(*rows: Territory) -> None:
    Territory.objects.using("owner").bulk_create(rows)


def test_bulk_rows_get_their_area_from_the_database() -> None:
    save(territory(), territory(code="99002", geom=square(500, 0, 30)))
    areas = Territory.objects.using("owner").order_by("code").values_list("area_m2", flat=True)
    assert list(areas) == [10_000.0, 900.0]


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("territory_kind_known", {"kind": "canton"}),
        ("territory_vintage_is_a_year", {"vintage": 24}),
        ("territory_is_named", {"name": ""}),
        ("territory_geom_is_valid", {"geom": MultiPolygon(BOW_TIE, srid=2154)}),
        ("territory_iris_type_known", {"iris_type": "H"}),
        ("territory_departement_code", {"kind": "departement", "code": "100"}),
        ("territory_commune_code", {"code": "9901"}),
        ("territory_iris_code", {"kind": "iris", "code": "99001010"}),
        ("territory_qpv_code", {"kind": "qpv", "code": "QX09901M"}),
    ],
)
def test_the_database_refuses(constraint: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(using="owner"):
        save(territory(**fields))


def test_a_code_comes_once_a_vintage() -> None:
    save(territory(), territory(vintage=2018))
    with (
        pytest.raises(IntegrityError, match="territory_code_once_a_vintage"),
        transaction.atomic(using="owner"),
    ):
        save(territory(name="Autre"))


def test_a_newer_vintage_replaces_the_older_one_in_its_departement_only() -> None:
    save(
        territory(vintage=2018),
        territory(vintage=2024),
        territory(code="99002", vintage=2018),  # merged into 99001 since
        territory(code="98001", departement_code="98", vintage=2018),
        territory(kind="iris", code="990010101", vintage=2021),
    )
    current = Territory.objects.using("owner").current(TerritoryKind.COMMUNE)
    assert set(current.values_list("code", "vintage")) == {("99001", 2024), ("98001", 2018)}
    everything = Territory.objects.using("owner").current()
    assert ("990010101", 2021) in set(everything.values_list("code", "vintage"))
    asked = Territory.objects.using("owner").of_vintage("commune", 2018)
    assert set(asked.values_list("code", flat=True)) == {"99001", "99002", "98001"}


def test_custom_territories_are_renewed_one_by_one() -> None:
    save(
        territory(kind="custom", code="TP-A", vintage=2020),
        territory(kind="custom", code="TP-A", vintage=2024),
        territory(kind="custom", code="TP-B", vintage=2021),
    )
    current = Territory.objects.using("owner").current(TerritoryKind.CUSTOM)
    assert set(current.values_list("code", "vintage")) == {("TP-A", 2024), ("TP-B", 2021)}


def test_holding_finds_the_territory_of_a_point() -> None:
    save(territory(), territory(code="99002", geom=square(100, 0)))
    holding = Territory.objects.using("owner").holding
    assert [row.code for row in holding(Point(50, 50, srid=2154))] == ["99001"]
    assert [row.code for row in holding(Point(150, 50, srid=2154))] == ["99002"]
    assert not holding(Point(250, 50, srid=2154)).exists()


def test_base_features_take_any_geometry_and_refuse_an_unknown_kind() -> None:
    feature = BaseFeature(kind=BaseFeatureKind.PARK, geom=square(0, 0)[0], name="Parc des Tilleuls")
    feature.geom.srid = 2154
    assert len(BaseFeature.objects.using("owner").bulk_create([feature])) == 1
    with (
        pytest.raises(IntegrityError, match="base_feature_kind_known"),
        transaction.atomic("owner"),
    ):
        BaseFeature.objects.using("owner").create(kind="volcano", geom=Point(0, 0, srid=2154))
