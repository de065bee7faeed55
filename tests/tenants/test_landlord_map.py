"""The landlord's tiles and the list beside the map: cut from the reach, never filtered afterwards."""

from __future__ import annotations

import json
import math
import re

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from tenants.access import landlord_scope
from tests.cast import X0, Y0, Cast, make_site


def tile_of(x_m: float, y_m: float, z: int) -> tuple[int, int, int]:
    """The tile that holds a point of EPSG:2154."""
    place = Point(x_m, y_m, srid=2154).transform(4326, clone=True)
    side = 1 << z
    bend = math.asinh(math.tan(math.radians(place.y)))
    return z, int((place.x + 180) / 360 * side), int((1 - bend / math.pi) / 2 * side)


def read(
    client: Client, z: int, x: int, y: int, query: str = ""
) -> dict[str, list[dict[str, object]]]:
    answer = client.get(reverse("landlord-tiles", args=(z, x, y)) + query)
    assert answer.status_code in {200, 204}
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    return {name: layer["features"] for name, layer in layers.items()}


def ids(client: Client, place: tuple[int, int, int], query: str = "") -> set[object]:
    """Numbers of the points of a tile, every one by itself."""
    layers = read(client, *place, f"?couche=points{query}")
    return {feature["id"] for feature in layers.get("points", [])}


def test_each_reader_gets_the_points_of_the_reach(cast: Cast) -> None:
    place = tile_of(X0 + 1_500, Y0 + 1_500, 12)
    sites = cast.amandier.sites
    north = {sites[code].pk for code in ("N1", "N2", "N3", "N4")}
    assert ids(cast.amandier.admin.client(), place) >= north
    assert ids(cast.amandier.director.client(), place) == north
    assert ids(cast.amandier.caretaker.client(), place) == {sites["N3"].pk}
    other = {site.pk for site in cast.bouleau.sites.values()}
    assert not ids(cast.amandier.admin.client(), place) & other


def test_the_level_is_the_current_one(cast: Cast) -> None:
    place = tile_of(X0 + 1_500, Y0 + 1_500, 14)
    site = cast.amandier.sites["N3"]
    points = read(cast.amandier.caretaker.client(), *place).get("points", [])
    assert [point["properties"] for point in points if point["id"] == site.pk] == [{"level": 3}]


@pytest.mark.parametrize("z", [3, 6, 8, 11])
def test_clusters_are_counted_after_the_reach(cast: Cast, z: int) -> None:
    place = tile_of(X0 + 1_500, Y0 + 1_500, z)
    for member, total in ((cast.amandier.director, 4), (cast.amandier.caretaker, 1)):
        layers = read(member.client(), *place)
        counted = sum(int(str(each["properties"]["n"])) for each in layers.get("clusters", []))  # type: ignore[index]
        assert counted + len(layers.get("points", [])) == total


def test_no_site_is_lost_between_neighbouring_tiles(cast: Cast) -> None:
    for number in range(30):
        make_site(
            cast.amandier,
            f"G{number}",
            [cast.departement],
            x=X0 + 300 * number,
            y=Y0 + 250 * number,
        )
    z, west, south = tile_of(X0, Y0, 13)
    _z, east, north = tile_of(X0 + 10_000, Y0 + 10_000, 13)
    client = cast.amandier.admin.client()
    seen = [
        feature["id"]
        for x in range(west - 1, east + 2)
        for y in range(north - 1, south + 2)
        for feature in read(client, z, x, y).get("points", [])
    ]
    assert sorted(seen, key=str) == sorted(
        (site.pk for site in cast.amandier.sites.values()), key=str
    )


def test_filters_hold_on_tiles(cast: Cast) -> None:
    place = tile_of(X0 + 1_500, Y0 + 1_500, 12)
    wanted = {cast.amandier.sites["N3"].pk, cast.amandier.sites["N4"].pk}
    assert ids(cast.amandier.director.client(), place, "&niveaux=3,4") == wanted


def test_a_tile_that_does_not_exist_is_not_found(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    for address in ((1, 2, 0), (30, 0, 0)):
        assert client.get(reverse("landlord-tiles", args=address)).status_code == 404


def test_tiles_are_for_landlords(cast: Cast) -> None:
    for who in (cast.police, cast.coordinator):
        assert who.client().get(reverse("landlord-tiles", args=(0, 0, 0))).status_code == 403


def degrees(x_m: float, y_m: float) -> tuple[float, float]:
    place = Point(x_m, y_m, srid=2154).transform(4326, clone=True)
    return place.x, place.y


def test_the_list_holds_what_the_frame_shows(cast: Cast) -> None:
    west, south = degrees(X0 + 5_500, Y0 + 1_000)
    east, north = degrees(X0 + 8_000, Y0 + 2_000)
    url = f"{reverse('landlord-map-list')}?bbox={west},{south},{east},{north}"
    html = cast.amandier.admin.client().get(url).content.decode()
    assert set(re.findall(r"Résidence (\w+)", html)) == {"S3", "S0"}
    assert html.index("Résidence S3") < html.index("Résidence S0")
    assert re.search(r'data-lng="2\.\d+"', html)


def test_a_site_that_left_the_stock_leaves_the_map(cast: Cast) -> None:
    site = cast.amandier.sites["N3"]
    with landlord_scope(cast.amandier.admin.principal):
        site.state = "sold"
        site.save(update_fields=["state"])
    client = cast.amandier.director.client()
    assert site.pk not in ids(client, tile_of(X0 + 1_500, Y0 + 1_500, 12))
    assert "Résidence N3" not in client.get(reverse("landlord-map-list")).content.decode()
    card = client.get(reverse("site-detail", args=(site.key,))).content.decode()
    assert "plus aucun partenaire ne le lit" in card


def test_no_level_ticked_lists_nothing(cast: Cast) -> None:
    html = cast.amandier.admin.client().get(reverse("landlord-map-list"), {"niveaux": ""})
    assert "Aucun site dans cette vue" in html.content.decode()


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "5,45,4,46", "nan,1,2,3", "-200,0,0,1"])
def test_an_unreadable_frame_is_refused_with_words(cast: Cast, box: str) -> None:
    answer = cast.amandier.admin.client().get(reverse("landlord-map-list"), {"bbox": box})
    assert answer.status_code == 404


def test_a_frame_far_away_is_empty_and_the_whole_world_is_not(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    far = client.get(reverse("landlord-map-list"), {"bbox": "-60,-10,-50,5"}).content.decode()
    assert "Aucun site dans cette vue" in far
    world = client.get(reverse("landlord-map-list"), {"bbox": "-180,-85,180,85"}).content.decode()
    assert "Résidence S3" in world


def test_the_page_carries_the_addresses_and_the_frame(cast: Cast) -> None:
    html = cast.amandier.admin.client().get(reverse("landlord-map")).content.decode()
    found = re.search(r'<script id="map-config" type="application/json">(.*?)</script>', html)
    assert found is not None
    config = json.loads(found.group(1))
    assert config["tilesUrl"] == "/carte/tuiles/sites/{z}/{x}/{y}.mvt"
    assert config["cardUrl"] == "/carte/fiche/{key}/"
    west, south, east, north = config["bounds"]
    lon, lat = degrees(X0 + 1_500, Y0 + 1_500)
    assert west < lon < east
    assert south < lat < north
