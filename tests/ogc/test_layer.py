"""OGC API – Features: the scope of the token's reader and convention, in the systems asked for, for as long as it lasts."""

# ruff: noqa: E501 -- tables of cases

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope, shared_sites
from sharing.conventions.models import Convention, Signature
from sharing.journal.models import JournalEntry
from sharing.ogc import tokens
from sharing.ogc.crs import BY_URI, CRS84, BadBoxError, box_of, stored_window
from sharing.ogc.models import LayerToken
from tests.cast import Cast, Member

ITEMS = "/ogc/collections/sites/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def token_for(cast: Cast, member: Member) -> str:
    return tokens.make(member.principal, cast.convention.key, "QGIS")[1]


def ask(token: str, path: str = ITEMS, **query: str) -> HttpResponse:
    return Client().get(
        path,
        {name.replace("_", "-"): value for name, value in query.items()} if query else None,
        headers={"Authorization": f"Bearer {token}"},
    )


def seen(member: Member) -> dict[str, Any]:
    with shared_scope(member.principal):
        return {str(site.key): site for site in shared_sites(member.principal)}


def test_the_layer_holds_what_the_reader_reads(cast: Cast) -> None:
    answer = ask(token_for(cast, cast.police))
    body = answer.json()
    shown = seen(cast.police)
    assert answer["Content-Type"] == "application/geo+json"
    assert {each["id"] for each in body["features"]} == set(shown)
    assert (body["numberMatched"], body["numberReturned"]) == (len(shown), len(shown))
    first = body["features"][0]
    site = shown[first["id"]]
    assert first["properties"]["level"] == site.level
    at = site.geom.transform(4326, clone=True)
    assert first["geometry"]["coordinates"] == pytest.approx([at.x, at.y], abs=1e-6)


@pytest.mark.parametrize("uri", BY_URI)
def test_each_system_and_its_axes(cast: Cast, uri: str) -> None:
    token, crs = token_for(cast, cast.police), BY_URI[uri]
    answer = ask(token, crs=uri)
    assert answer["Content-Crs"] == f"<{uri}>"
    feature = answer.json()["features"][0]
    at = seen(cast.police)[feature["id"]].geom.transform(crs.srid, clone=True)
    wanted = [at.y, at.x] if crs.north_first else [at.x, at.y]
    assert feature["geometry"]["coordinates"] == pytest.approx(wanted, abs=0.01)
    box = [wanted[0] - 0.0005, wanted[1] - 0.0005, wanted[0] + 0.0005, wanted[1] + 0.0005]
    box = (
        box
        if crs.srid == 4326
        else [wanted[0] - 50, wanted[1] - 50, wanted[0] + 50, wanted[1] + 50]
    )
    found = ask(token, bbox=",".join(map(str, box)), bbox_crs=uri).json()["features"]
    assert feature["id"] in {each["id"] for each in found}
    assert len(found) < len(seen(cast.police))


def test_pages_follow_one_another_and_never_overlap(cast: Cast) -> None:
    token, path, found = token_for(cast, cast.police), f"{ITEMS}?limit=2&level=3", []
    while path:
        body = ask(token, path).json()
        assert body["numberReturned"] <= 2
        found += [each["id"] for each in body["features"]]
        path = next((each["href"] for each in body["links"] if each["rel"] == "next"), "")
    assert (
        len(found)
        == len(set(found))
        == body["numberMatched"]
        == sum(site.level == 3 for site in seen(cast.police).values())
    )


def test_a_box_gives_what_sql_gives(cast: Cast) -> None:
    """A window around the middle, in each system, against the positions themselves."""
    token, sites = token_for(cast, cast.police), seen(cast.police)
    xs = sorted(site.geom.x for site in sites.values())
    middle = (xs[0] + xs[-1]) / 2
    y = sites[next(iter(sites))].geom.y
    for srid in (2154, 3857):
        corners = [Point(xs[0] - 10, y - 20_000, srid=2154), Point(middle, y + 20_000, srid=2154)]
        for corner in corners:
            corner.transform(srid)
        box = (corners[0].x, corners[0].y, corners[1].x, corners[1].y)
        inside = {
            key for key, site in sites.items()
            if box[0] <= site.geom.transform(srid, clone=True).x <= box[2] and box[1] <= site.geom.transform(srid, clone=True).y <= box[3]
        }  # fmt: skip
        answer = ask(token, bbox=",".join(map(repr, box)), bbox_crs=f"{EPSG}{srid}").json()
        assert {each["id"] for each in answer["features"]} == inside
        assert 0 < len(inside) < len(sites)


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3", "bbox=3,3,1,1", "bbox=a,b,c,d", "bbox=-181,0,0,0", "crs=EPSG:27572", "bbox-crs=x", "limit=0", "limit=-1", "limit=x",
        "limit=99999999999999999999", "offset=-1", "datetime=hier", "datetime=../..", "unknown=1", "level=x", "level=%00", "landlord=%00",
        "bbox=nan,nan,nan,nan", "bbox=inf,0,inf,0", "datetime=2026-01-01/2026-02-01/2026-03-01",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(cast: Cast, query: str) -> None:
    assert ask(token_for(cast, cast.police), f"{ITEMS}?{query}").status_code == 400


def test_dates_narrow_by_publication(cast: Cast) -> None:
    token, today = token_for(cast, cast.police), timezone.localdate()
    assert ask(token, datetime=f"{today}/..").json()["numberMatched"] == len(seen(cast.police))
    assert ask(token, datetime=f"../{today - dt.timedelta(days=1)}").json()["numberMatched"] == 0


def test_one_feature_and_none_of_the_others(cast: Cast) -> None:
    token = token_for(cast, cast.police)
    shown = next(iter(seen(cast.police)))
    assert (
        ask(token, f"{ITEMS}/{shown}", crs=f"{EPSG}2154").json()["geometry"]["coordinates"][0]
        > 100_000
    )
    hidden = cast.amandier.sites["N1"].key
    for path in (
        f"{ITEMS}/{hidden}",
        f"{ITEMS}/x",
        f"{ITEMS}/00000000-0000-0000-0000-000000000000",
    ):
        assert ask(token, path).status_code == 404


def test_another_reader_gets_its_own_scope(cast: Cast) -> None:
    """The stranger is bound by nothing; a landlord that no line names reads none of the others."""
    assert tokens.open_conventions(cast.parquet.principal) == []
    body = ask(token_for(cast, cast.amandier.admin)).json()
    assert (
        {each["id"] for each in body["features"]}
        == set(seen(cast.amandier.admin))
        != set(seen(cast.police))
    )


@pytest.mark.parametrize(
    "path",
    ["/ogc/", "/ogc/api", "/ogc/conformance", "/ogc/collections", "/ogc/collections/sites", ITEMS],
)
def test_no_token_no_answer(cast: Cast, path: str) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer orsen_x"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Digest x"},
    ):
        answer = Client().get(path, headers=headers)
        assert answer.status_code == 401
        assert "Basic" in answer["WWW-Authenticate"]
    # A session is not a token: a page of somebody else's could use it unseen.
    assert cast.police.client().get(path).status_code == 401
    assert ask(token_for(cast, cast.police), path).status_code == 200


def test_a_password_will_do(cast: Cast) -> None:
    secret = base64.b64encode(f"jeton:{token_for(cast, cast.police)}".encode()).decode()
    assert Client().get(ITEMS, headers={"Authorization": f"Basic {secret}"}).status_code == 200


@pytest.mark.parametrize("how", ["ended", "suspended", "past", "revoked", "left", "unsigned"])
def test_it_ends_with_its_convention(cast: Cast, how: str) -> None:
    token = token_for(cast, cast.police)
    if how == "revoked":
        assert tokens.revoke(cast.police.principal, LayerToken.objects.get().key)
    elif how == "left":
        cast.police.user.is_active = False
        cast.police.user.save()
    else:
        with shared_scope(cast.coordinator.principal):
            found = Convention.objects.get(key=cast.convention.key)
            if how == "past":
                found.ends_on = timezone.localdate() - dt.timedelta(days=1)
            elif how != "unsigned":
                found.state = how
            found.save()
        if how == "unsigned":
            with shared_scope(cast.police.principal):
                Signature.objects.filter(organisation=cast.police.membership.organisation).update(
                    withdrawn_at=timezone.now()
                )
    answer = ask(token)
    if how == "unsigned":  # the convention lives, and gives this reader nothing
        assert answer.json()["features"] == []
    else:
        assert answer.status_code in (401, 403)
        assert "features" not in answer.json()


def test_reading_is_journalled_for_the_landlords(cast: Cast) -> None:
    token = token_for(cast, cast.police)
    ask(token)
    ask(token)
    with shared_scope(cast.police.principal):
        assert set(JournalEntry.objects.filter(subject="API").values_list("about_id", flat=True)) == {
            cast.amandier.organisation.pk, cast.bouleau.organisation.pk,
        }  # fmt: skip


def test_the_limit_of_a_day_holds_here_too(cast: Cast, settings: Any) -> None:
    token = token_for(cast, cast.police)
    settings.ORSEN_HARVEST_SITES_PER_DAY = len(seen(cast.police)) - 1
    answer = ask(token)
    assert answer.status_code == 429
    assert "features" not in answer.json()
    settings.ORSEN_HARVEST_SITES_PER_DAY += 1
    for _time in range(3):  # the same sites again count once
        assert ask(token).status_code == 200


def test_the_page_makes_shows_once_and_takes_back(cast: Cast) -> None:
    client = cast.police.client()
    url = reverse("layer-tokens")
    page = client.post(
        url, {"label": "QGIS", "convention": str(cast.convention.key)}
    ).content.decode()
    token = page.split('name="jeton" value="')[1].split('"')[0]
    assert token not in client.get(url).content.decode()
    assert LayerToken.objects.get().digest == tokens.digest_of(token)
    project = client.post(reverse("layer-project"), {"jeton": token})
    assert project["Content-Disposition"].startswith("attachment")
    assert token in project.content.decode()
    assert (
        cast.amandier.admin.client().post(reverse("layer-project"), {"jeton": token}).status_code
        == 404
    )
    other = cast.amandier.admin.client().post(
        reverse("layer-token-revoke", args=[LayerToken.objects.get().key])
    )
    assert other.status_code == 302
    assert ask(token).status_code == 200
    client.post(reverse("layer-token-revoke", args=[LayerToken.objects.get().key]))
    assert ask(token).status_code == 401


def test_no_token_for_a_convention_of_others_or_a_dead_one(cast: Cast) -> None:
    answer = cast.parquet.client().post(
        reverse("layer-tokens"), {"label": "x", "convention": str(cast.convention.key)}
    )
    assert answer.status_code == 422
    assert not LayerToken.objects.exists()
    assert cast.amandier.caretaker.client().get(reverse("layer-tokens")).status_code == 403


def test_a_window_in_metres_holds_its_box_in_degrees() -> None:
    crs = BY_URI[f"{EPSG}4326"]
    box = box_of("48.0,1.0,50.0,4.0", crs)
    window = stored_window(box, crs)
    assert window is not None
    for x in (1.0, 2.5, 4.0):
        for y in (48.0, 49.0, 50.0):
            at = Point(x, y, srid=4326)
            at.transform(2154)
            assert window.contains(at)
    assert stored_window((-180.0, -90.0, 180.0, 90.0), CRS84) is None
    with pytest.raises(BadBoxError):
        box_of("1,1,0,0", CRS84)
