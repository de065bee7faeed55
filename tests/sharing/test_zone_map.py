"""The zones on a map: the same zones as in the table, their outlines, and nothing that leads to a site."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.urls import reverse

from gis.tiles.grid import quantise_degrees
from sharing.access import shared_scope, zones
from sharing.conventions.models import AnnexLine
from sharing.details import Detail
from sharing.journal.models import Action, JournalEntry
from sharing.reports import publishing
from tests.cast import Cast, Member, amended
from tests.reports.scene import ReportScene, make_report
from tests.sharing.test_zones import give

Feature = dict[str, Any]

pytestmark = pytest.mark.commits


@pytest.fixture
def found(committed: None) -> ReportScene:
    made = make_report()
    give(made, (1, Detail.ZONE))
    return made


def features(member: Member) -> list[Feature]:
    """What the tile of the whole world says, for one of zoom 9 the numbers are the same."""
    answer = member.client().get(reverse("shared-zone-tile", args=(0, 0, 0)))
    assert answer["Cache-Control"] == "private, no-store"
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    return layers.get("zones", {}).get("features", [])  # type: ignore[no-any-return]


def listed(member: Member, **query: str) -> str:
    return member.client().get(reverse("shared-zone-map-list"), query).content.decode()


def test_the_tile_says_of_each_zone_what_the_table_says(found: ReportScene) -> None:
    police = found.scene.cast.police
    told = {feature["properties"]["name"]: feature for feature in features(police)}
    assert set(told) == {"Les Tilleuls", "Les Ormes"}
    assert told["Les Tilleuls"]["properties"] == {
        "name": "Les Tilleuls", "status": "published", "sites": 12, "high": 50,
    }  # fmt: skip
    assert told["Les Ormes"]["properties"] == {"name": "Les Ormes", "status": "withheld"}
    with shared_scope(police.principal):
        numbers = {zone.names[0]: zone.number for zone in zones(police.principal)}
    assert {name: feature["id"] for name, feature in told.items()} == numbers


def test_a_zone_has_its_outline_where_it_stands_and_one_point(found: ReportScene) -> None:
    territory = found.scene.cast.neighbourhood
    west, south, east, north = territory.geom.transform(4326, clone=True).extent
    (x,), (y,) = quantise_degrees([(west + east) / 2], [(south + north) / 2])
    zoom, bits = 12, 32 - 12
    answer = found.scene.cast.police.client().get(
        reverse("shared-zone-tile", args=(zoom, int(x) >> bits, int(y) >> bits))
    )
    shapes = [
        feature["geometry"]["type"]
        for feature in mapbox_vector_tile.decode(answer.content)["zones"]["features"]
        if feature["properties"]["name"] == "Les Tilleuls"
    ]
    assert "Polygon" in shapes
    assert shapes.count("Point") <= 1
    elsewhere = reverse("shared-zone-tile", args=(zoom, 0, 0))
    assert found.scene.cast.police.client().get(elsewhere).status_code == 204


def test_list_and_card_say_the_same_and_name_no_site(found: ReportScene) -> None:
    police = found.scene.cast.police
    page = listed(police)
    assert page.index("Les Tilleuls") < page.index("Les Ormes")  # what is withheld comes last
    assert "50 % à 3 ou 4" in page.replace("\xa0", " ")
    with shared_scope(police.principal):
        numbers = {zone.names[0]: zone.number for zone in zones(police.principal)}
    client = police.client()
    cards = {
        name: client.get(reverse("shared-zone-card", args=[number])).content.decode()
        for name, number in numbers.items()
    }
    assert "12" in cards["Les Tilleuls"]
    assert "Masqué ne veut dire" in cards["Les Ormes"]
    for landlord in found.scene.landlords:
        for site in landlord.sites.values():
            for text in (page, *cards.values()):
                assert site.name not in text
                assert str(site.key) not in text


def test_the_list_follows_the_window(found: ReportScene) -> None:
    police = found.scene.cast.police
    west, south, east, north = found.scene.cast.neighbourhood.geom.transform(
        4326, clone=True
    ).extent
    inside = (west + east) / 2, (south + north) / 2
    window = f"{inside[0] - 1e-4},{inside[1] - 1e-4},{inside[0] + 1e-4},{inside[1] + 1e-4}"
    page = listed(police, bbox=window)
    assert "Les Tilleuls" in page
    assert "Les Ormes" not in page
    assert "Aucune zone ici" in listed(police, bbox="8,42,8.1,42.1")
    assert (
        police.client().get(reverse("shared-zone-map-list"), {"bbox": "partout"}).status_code == 400
    )


def test_nobody_else_reads_them(found: ReportScene) -> None:
    cast: Cast = found.scene.cast
    with shared_scope(cast.police.principal):
        number = zones(cast.police.principal)[0].number
    for stranger in (cast.parquet, found.scene.commune):
        assert features(stranger) == []
        assert "Les Tilleuls" not in listed(stranger)
        card = stranger.client().get(reverse("shared-zone-card", args=[number]))
        assert card.status_code == 404
    assert cast.coordinator.client().get(reverse("shared-zone-map")).status_code == 403
    assert cast.amandier.caretaker.client().get(reverse("shared-zone-map")).status_code == 403


def test_a_withdrawn_report_takes_them_off_the_map(found: ReportScene) -> None:
    police = found.scene.cast.police
    assert features(police)
    with shared_scope(found.scene.coordinator.principal):
        publishing.withdraw(found.scene.coordinator.principal, found.report, "data")
    assert features(police) == []


def test_a_reader_of_zones_alone_is_led_to_their_map(found: ReportScene) -> None:
    cast, commune = found.scene.cast, found.scene.commune
    with amended(cast) as draft:
        AnnexLine.objects.create(
            convention=found.scene.convention, annex=draft, territory=cast.departement, min_level=1,
            detail=Detail.ZONE, reader="organisation", organisation=commune.membership.organisation,
        )  # fmt: skip
    answer = commune.client().get(reverse("shared-map"))
    assert answer["Location"] == reverse("shared-zone-map")
    assert "Les Tilleuls" in commune.client().get(answer["Location"]).content.decode()
    assert cast.parquet.client().get(reverse("shared-map")).status_code == 200


def test_the_journal_holds_what_was_read(found: ReportScene) -> None:
    police = found.scene.cast.police
    police.client().get(reverse("shared-zone-map"))
    features(police)
    features(police)
    with shared_scope(police.principal):
        entries = JournalEntry.objects.filter(detail=Detail.ZONE)
        assert entries.filter(action=Action.MAPPED).count() == 1
        assert entries.filter(action=Action.LISTED).get().rows == 2
