"""Pages travel packed; what a length could tell something about does not."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import X0, Y0, Cast
from tests.tenants.test_landlord_map import tile_of

PACKED = {"accept-encoding": "gzip, br"}


def test_a_page_travels_packed_with_a_length_of_chance(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    page = client.get("/carte/", headers=PACKED)
    assert page["Content-Encoding"] == "gzip"
    assert b"data-map-key" in gzip.decompress(page.content)
    assert len({len(client.get("/aide/", headers=PACKED).content) for _ in range(8)}) > 1
    assert not client.get("/carte/").has_header("Content-Encoding")


@pytest.mark.parametrize("route", ["landlord-tiles", "api-schema"])
def test_what_is_no_page_leaves_as_it_is(cast: Cast, route: str) -> None:
    place = tile_of(X0 + 1_500, Y0 + 1_500, 12) if route == "landlord-tiles" else ()
    answer = cast.amandier.admin.client().get(reverse(route, args=place), headers=PACKED)
    assert answer.status_code == 200
    assert not answer.has_header("Content-Encoding")


def test_the_ground_travels_packed_to_who_can_unpack_it(cast: Cast, monkeypatch: Any) -> None:
    from gis.tiles import views

    client = cast.amandier.admin.client()
    address = reverse("territory-tile", kwargs={"kind": "tous", "z": 0, "x": 0, "y": 0})
    monkeypatch.setattr(views, "all_territories_tile", lambda *_args, **_named: b"ground" * 1_000)
    plain, packed = client.get(address), client.get(address, headers=PACKED)
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]
    again = client.get(address, headers=PACKED | {"if-none-match": packed["ETag"]})
    assert again.status_code == 304
    monkeypatch.setattr(views, "all_territories_tile", lambda *_args, **_named: b"")
    assert client.get(address, headers=PACKED).status_code == 204
