"""Tiles of territories and of the base layer over HTTP: what they hold, who gets them, how they are kept."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.test import Client
from django.urls import reverse

from gis.models import BaseFeature, Territory
from gis.tiles.grid import quantise_degrees
from gis.tiles.polygons import territory_tile
from tests.cast import X0, Y0, Cast

pytestmark = pytest.mark.django_db


def address(cast: Cast, z: int) -> dict[str, int]:
    """The tile that holds the middle of the first commune."""
    middle = cast.communes[0].geom.centroid.transform(4326, clone=True)
    x, y = quantise_degrees([middle.x], [middle.y])
    return {"z": z, "x": int(x[0]) >> (32 - z), "y": int(y[0]) >> (32 - z)}


def layers(content: bytes) -> dict[str, Any]:
    return dict(mapbox_vector_tile.decode(content)) if content else {}


def names(layer: dict[str, Any]) -> set[str]:
    return {item["properties"]["name"] for item in layer["features"]}


def url(kind: str, where: dict[str, int]) -> str:
    return reverse("territory-tile", kwargs={"kind": kind} | where)


def test_every_kind_of_reader_gets_territories(cast: Cast) -> None:
    for member in (cast.amandier.security, cast.police, cast.parquet, cast.coordinator):
        response = member.client().get(url("commune", address(cast, 10)))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
        assert "private" in response["Cache-Control"]
        tile = layers(response.content)
        assert names(tile["territories"]) == {"Aubépine", "Bruyère", "Charmille", "Douve"}
        ids = {item["id"] for item in tile["territories"]["features"]}
        assert ids == {commune.pk for commune in cast.communes}


def test_all_that_the_map_draws_comes_in_one_tile_as_the_kinds_give_it(cast: Cast) -> None:
    client, where = cast.police.client(), address(cast, 10)
    together = layers(client.get(url("tous", where)).content)
    assert {"territories-commune", "labels-commune"} <= set(together)
    for kind in ("departement", "commune", "qpv"):
        alone = layers(client.get(url(kind, where)).content)
        assert {name: together[f"{name}-{kind}"] for name in alone} == alone
    assert not any(
        name.endswith("-iris") for name in together
    )  # nothing that is drawn only from nearer
    assert client.get("/tuiles/territoires/tous/3/8/0.mvt").status_code == 404


def test_somebody_who_is_not_signed_in_is_sent_to_the_sign_in_page(cast: Cast) -> None:
    response = Client().get(url("commune", address(cast, 10)))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_a_tile_that_the_browser_has_is_not_sent_again(cast: Cast) -> None:
    client, where = cast.police.client(), url("commune", address(cast, 10))
    first = client.get(where)
    again = client.get(where, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Territory.objects.filter(pk=cast.communes[0].pk).update(name="Aubépine-sur-Orsen")
    changed = client.get(where, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert "Aubépine-sur-Orsen" in names(layers(changed.content)["territories"])


def test_each_name_is_in_one_tile_and_inside_its_outline(cast: Cast) -> None:
    labels = []
    where = address(cast, 11)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            tile = layers(territory_tile("qpv", 11, where["x"] + dx, where["y"] + dy))
            labels += [
                item["properties"]["name"]
                for item in tile.get("labels", {"features": []})["features"]
            ]
    assert labels == ["Les Tilleuls"]


@pytest.mark.parametrize(("kind", "zoom"), [("iris", 10), ("commune", 6), ("qpv", 8)])
def test_far_away_a_small_kind_is_not_drawn(cast: Cast, kind: str, zoom: int) -> None:
    response = cast.police.client().get(url(kind, address(cast, zoom)))
    assert (response.status_code, response.content) == (204, b"")
    assert "max-age" in response["Cache-Control"]


def test_the_current_vintage_is_drawn_unless_another_is_asked(cast: Cast) -> None:
    older = Territory(kind="qpv", code="QP099001", name="Anciens Tilleuls", vintage=2015, departement_code="99",
                      geom=cast.neighbourhood.geom)  # fmt: skip
    older.save()
    client, where = cast.police.client(), url("qpv", address(cast, 12))
    assert names(layers(client.get(where).content)["territories"]) == {"Les Tilleuls"}
    asked = client.get(where, {"millesime": "2015"})
    assert names(layers(asked.content)["territories"]) == {"Anciens Tilleuls"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/tuiles/territoires/commune/3/8/0.mvt", {}),
        ("/tuiles/territoires/commune/40/0/0.mvt", {}),
        ("/tuiles/territoires/canton/3/4/2.mvt", {}),
        ("/tuiles/territoires/qpv/3/4/2.mvt", {"millesime": "24"}),
        ("/tuiles/territoires/qpv/3/4/2.mvt", {"millesime": "²⁰²⁴"}),
        ("/tuiles/fond/3/8/0.mvt", {}),
    ],
)
def test_a_tile_that_does_not_exist_is_not_found(
    cast: Cast, path: str, query: dict[str, str]
) -> None:
    assert cast.police.client().get(path, query).status_code == 404


@pytest.mark.parametrize("where", [(0, 0, 0), (3, 0, 0), (3, 7, 7), (2, 2, 1), (14, 0, 16383)])
def test_tiles_beyond_france_are_empty_or_cut_to_it(
    cast: Cast, where: tuple[int, int, int]
) -> None:
    tile = layers(territory_tile("departement", *where))
    assert bool(tile) == (where in {(0, 0, 0), (2, 2, 1)})


def test_an_outline_keeps_its_place_at_every_zoom(cast: Cast) -> None:
    """The area of the département read back from its tile, in metres on the ground, is its own."""
    for zoom, tolerance in ((8, 0.02), (10, 0.01)):
        where = address(cast, zoom)
        area = 0.0
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                content = territory_tile("departement", zoom, where["x"] + dx, where["y"] + dy)
                for item in layers(content).get("territories", {"features": []})["features"]:
                    area += clipped_area(item["geometry"])
        scale = 40_075_016.68 / 2**zoom / 4096 * 0.6577  # cosine of the latitude, 48.87° N
        assert area * scale**2 == pytest.approx(100e6, rel=tolerance)


def clipped_area(geometry: dict[str, Any]) -> float:
    """Area inside the tile's own square, units of the tile."""
    parts = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    shape = MultiPolygon([Polygon(*part) for part in parts])
    return float(shape.intersection(Polygon.from_bbox((0, 0, 4096, 4096))).area)


def test_the_base_layer_draws_by_kind_and_rank(cast: Cast) -> None:
    def road(name: str, rank: int) -> BaseFeature:
        line = LineString((X0, Y0 + 2500), (X0 + 5000, Y0 + 2600), srid=2154)
        return BaseFeature(kind="street", name=name, rank=rank, geom=line)

    park = Polygon.from_bbox((X0 + 2000, Y0 + 2000, X0 + 3000, Y0 + 3000))
    park.srid = 2154
    BaseFeature.objects.bulk_create(
        [
            road("Route d’Orsen", 2),
            road("Rue des Lilas", 8),
            BaseFeature(kind="park", name="Parc", geom=park),
        ]
    )
    client = cast.police.client()

    def drawn(zoom: int) -> dict[str, Any]:
        return layers(client.get(reverse("base-tile", kwargs=address(cast, zoom))).content)

    assert set(drawn(10)) == {"street", "park"}
    assert names(drawn(10)["street"]) == {"Route d’Orsen"}
    assert names(drawn(13)["street"]) == {"Route d’Orsen", "Rue des Lilas"}
    assert drawn(4) == {}
