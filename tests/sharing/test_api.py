"""The API gives what the doors give, at the detail that the annex gives, and describes itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from drf_spectacular.validation import validate_schema

from sharing.access import shared_scope
from sharing.conventions.models import AnnexLine
from sharing.details import Detail
from sharing.journal.models import JournalEntry
from sharing.sites.cards import degrees
from tests.cast import Cast, Member, amended

SHARED = {
    "detail", "name", "address", "postcode", "commune_code", "commune_name", "departement_code", "iris_code", "qpv_code",
    "dwellings", "level", "published_on", "landlord",
}  # fmt: skip


def get(reader: Member, name: str, *args: object, **query: str) -> Any:
    response = reader.client().get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content
    return response.json()


def give_police_the_file_from_level_4(cast: Cast) -> None:
    with amended(cast) as annex:
        AnnexLine.objects.create(
            convention=cast.convention, annex=annex, reader="category", category="police", min_level=4,
            territory=cast.departement, detail=Detail.FILE,
        )  # fmt: skip


def test_a_field_that_a_level_does_not_show_does_not_exist(cast: Cast) -> None:
    give_police_the_file_from_level_4(cast)
    for each in get(cast.police, "api-site-list")["features"]:
        assert each["properties"].keys() == SHARED
    site = get(cast.police, "api-site", cast.amandier.sites["N3"].key)
    assert site["properties"].keys() == SHARED
    assert site["properties"]["detail"] == "site"
    file = get(cast.police, "api-site", cast.amandier.sites["N4"].key)
    assert file["properties"].keys() == SHARED | {"file"}
    assert file["properties"]["file"].keys() == {
        "criteria", "shared_comment", "rated_on", "history", "incidents", "interventions",
    }  # fmt: skip
    assert file["properties"]["landlord"]["contact_email"] == "surete@amandier.test"


def test_a_landlord_gets_its_own_sites_and_no_other(cast: Cast) -> None:
    own = get(cast.amandier.admin, "api-site-list")
    assert {each["id"] for each in own["features"]} == {str(s.key) for s in cast.amandier.sites.values()}  # fmt: skip
    assert own["features"][0]["properties"]["code"] == "N1"
    assert get(cast.amandier.admin, "api-site-list", perimetre="partages")["features"] == []
    foreign = reverse("api-site", args=[cast.bouleau.sites["N4"].key])
    assert cast.amandier.admin.client().get(foreign).status_code == 404


def test_a_caretaker_gets_her_sites_and_not_the_shared_ones(cast: Cast) -> None:
    caretaker = cast.amandier.caretaker
    assert [each["properties"]["code"] for each in get(caretaker, "api-site-list")["features"]] == ["N3"]  # fmt: skip
    url = reverse("api-site-list")
    assert caretaker.client().get(url, {"perimetre": "partages"}).status_code == 403


def test_positions_are_longitude_and_latitude(cast: Cast) -> None:
    site = cast.amandier.sites["N3"]
    point = degrees(site)
    assert point is not None
    found = get(cast.police, "api-site", site.key)["geometry"]
    assert found["type"] == "Point"
    assert found["coordinates"] == pytest.approx([point.x, point.y], abs=1e-5)
    assert -6 < found["coordinates"][0] < 10
    listed = {each["id"]: each for each in get(cast.police, "api-site-list")["features"]}
    assert listed[str(site.key)]["geometry"] == found


def test_a_window_and_filters_narrow_the_list(cast: Cast) -> None:
    point = degrees(cast.amandier.sites["S3"])
    assert point is not None
    box = ",".join(
        str(v) for v in (point.x - 0.001, point.y - 0.001, point.x + 0.001, point.y + 0.001)
    )
    names = {
        each["properties"]["name"]
        for each in get(cast.police, "api-site-list", in_bbox=box)["features"]
    }
    assert names == {"Résidence S3"}
    assert get(cast.police, "api-site-list", niveaux="4")["count"] == 2
    assert get(cast.amandier.admin, "api-site-list", niveaux="4", commune="99001")["count"] == 1
    bad = cast.police.client().get(reverse("api-site-list"), {"in_bbox": "1,2,3"})
    assert bad.status_code == 400
    assert "ouest,sud,est,nord" in bad.json()["in_bbox"]


def test_the_window_uses_the_box_operator_that_the_wall_lets_an_index_answer(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.police.client()
    with django_assert_max_num_queries(14) as queries:
        client.get(reverse("api-site-list"), {"in_bbox": "0,40,5,50"})
    statements = [
        each["sql"] for each in queries.captured_queries if '"shared"."site"' in each["sql"]
    ]
    assert statements, [each["sql"] for each in queries.captured_queries]
    assert all("&&" in each for each in statements)


def test_reading_by_the_api_is_journalled(cast: Cast) -> None:
    get(cast.police, "api-site-list")
    get(cast.police, "api-site", cast.amandier.sites["N3"].key)
    with shared_scope(cast.police.principal):
        actions = set(JournalEntry.objects.values_list("action", "about_id"))
    assert ("listed", cast.amandier.organisation.pk) in actions
    assert ("opened", cast.amandier.organisation.pk) in actions


def test_conventions_say_what_they_give_and_what_stops_them(cast: Cast) -> None:
    found = get(cast.police, "api-convention-list")
    assert [each["name"] for each in found] == ["Convention du Val-d’Orsen"]
    assert found[0]["obstacles"] == []
    assert found[0]["lines"][0]["sentence"].startswith("La police nationale lit")
    assert get(cast.parquet, "api-convention-list") == []
    assert get(cast.coordinator, "api-convention-list")[0]["annex_version"] == 1


def test_territories_by_kind(cast: Cast) -> None:
    found = get(cast.police, "api-territory-list", nature="commune", departement="99")
    assert [each["properties"]["code"] for each in found["features"]] == ["99001", "99002", "99003", "99004"]  # fmt: skip
    longitude, latitude = found["features"][0]["geometry"]["coordinates"][0][0][0]
    assert -6 < longitude < 10
    assert 41 < latitude < 52
    bad = cast.police.client().get(reverse("api-territory-list"), {"nature": "planète"})
    assert bad.status_code == 400


def test_the_schema_is_valid_and_the_page_lists_every_route(cast: Cast) -> None:
    client = cast.police.client()
    schema = json.loads(client.get(reverse("api-schema"), {"format": "json"}).content)
    validate_schema(schema)
    assert set(schema["paths"]) == {
        "/api/v1/sites/",
        "/api/v1/sites/{key}/",
        "/api/v1/donnees/sites/",
        "/api/v1/donnees/historique/",
        "/api/v1/territoires/",
        "/api/v1/points/",
        "/api/v1/conventions/",
    }
    page = client.get(reverse("api-docs")).content.decode()
    for path in schema["paths"]:
        assert path in page


@pytest.mark.parametrize(
    "name", ["api-site-list", "api-territory-list", "api-convention-list", "api-schema"]
)
def test_nobody_reads_the_api_without_signing_in(cast: Cast, client: Any, name: str) -> None:
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_the_api_writes_nothing(cast: Cast, verb: str) -> None:
    client = cast.police.client()
    response = getattr(client, verb)(reverse("api-site", args=[cast.amandier.sites["N3"].key]))
    assert response.status_code == 405
