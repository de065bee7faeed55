"""Points as GeoJSON: the same points as the tiles, of the same scope."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from sharing.access import shared_scope, shared_sites
from sharing.conventions.models import Convention
from tests.cast import Cast, Member
from tests.sharing.test_shared_tiles import in_sql


def points(member: Member, **query: str) -> Any:
    return member.client().get(reverse("api-point-list"), query)


def levels(answer: Any) -> dict[int, int]:
    return {each["id"]: each["properties"]["level"] for each in answer.json()["features"]}


def test_a_partner_gets_what_sql_gives_where_the_sites_are(cast: Cast) -> None:
    answer = points(cast.police)
    assert answer["Content-Type"] == "application/geo+json"
    assert "private" in answer["Cache-Control"]
    assert levels(answer) == in_sql(cast.police)
    with shared_scope(cast.police.principal):
        places = {site.number: site.geom.transform(4326, clone=True) for site in shared_sites(cast.police.principal)}  # fmt: skip
    for each in answer.json()["features"]:
        x, y = each["geometry"]["coordinates"]
        assert (x, y) == pytest.approx((places[each["id"]].x, places[each["id"]].y), abs=2e-6)


def test_a_landlord_gets_its_own_or_what_others_share(cast: Cast) -> None:
    own = levels(points(cast.amandier.admin))
    assert own == {site.pk: site.current_level or 0 for site in cast.amandier.sites.values()}
    assert levels(points(cast.amandier.admin, perimetre="partages")) == {}


def test_window_levels_and_limit(cast: Cast) -> None:
    everything = points(cast.police).json()
    assert everything["numberMatched"] == everything["numberReturned"] == 6
    x, y = everything["features"][0]["geometry"]["coordinates"]
    near = points(cast.police, in_bbox=f"{x - 1e-4},{y - 1e-4},{x + 1e-4},{y + 1e-4}").json()
    assert 0 < near["numberMatched"] < 6
    assert set(levels(points(cast.police, niveaux="4")).values()) == {4}
    few = points(cast.police, limit="2").json()
    assert (few["numberMatched"], few["numberReturned"]) == (6, 2)


@pytest.mark.parametrize("query", [{"in_bbox": "1,2"}, {"in_bbox": "a,b,c,d"}, {"limit": "-1"}, {"limit": "x"}])  # fmt: skip
def test_what_cannot_be_read_is_refused(cast: Cast, query: dict[str, str]) -> None:
    assert points(cast.police, **query).status_code == 400


def test_who_reads_no_site_gets_no_point(cast: Cast) -> None:
    assert points(cast.coordinator).status_code in {403, 404}
    assert levels(points(cast.parquet)) == {}
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(state="suspended")
    assert levels(points(cast.police)) == {}
