"""« Données ORSEN » by the API: the reader's own scope, page by page, each page under its receipt."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from sharing.access import shared_scope
from sharing.extracts.dictionary import HISTORY, SITES
from sharing.journal.models import JournalEntry
from sharing.receipts.models import Receipt
from tests.accounts.signing_in import age_second_factor, give_totp, show_totp
from tests.cast import Cast, Member
from tests.extracts.test_extracts import publish

ROUTES = ("api-site-data", "api-history-data")


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def page(reader: Member, name: str = "api-site-data", **query: Any) -> Any:
    answer = reader.client().get(reverse(name), query)
    assert answer.status_code == 200, answer.content
    return answer


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def receipts(reader: Member) -> list[Receipt]:
    with shared_scope(reader.principal):
        return list(Receipt.objects.filter(kind="own_sites").order_by("made_at"))


def test_a_landlord_gets_its_sites_and_a_member_those_within_reach(cast: Cast) -> None:
    own = page(cast.amandier.admin).json()
    assert {each["properties"]["code"] for each in own["features"]} == set(cast.amandier.sites)
    assert own["count"] == len(own["features"])
    assert [row["code"] for row in table(page(cast.amandier.caretaker, forme="csv"))] == ["N3"]
    within = page(cast.amandier.caretaker)
    assert (within.json()["count"], within["X-Total-Count"]) == (1, "1")
    site = cast.amandier.sites["N3"]
    mine = next(each for each in own["features"] if each["id"] == str(site.key))
    assert mine["properties"]["published_level"] == site.published_level
    assert -6 < mine["geometry"]["coordinates"][0] < 10


def test_no_colleague_of_another_landlord_is_in_it(cast: Cast) -> None:
    publish(cast, "N4")
    keys = {str(each.key) for each in cast.amandier.sites.values()}
    for name in ROUTES:
        text = page(cast.bouleau.admin, name).content.decode()
        assert not any(key in text for key in keys)
    assert page(cast.bouleau.admin, "api-history-data").json()["count"] == 0


@pytest.mark.parametrize("name", ROUTES)
def test_whoever_has_no_stock_is_refused(cast: Cast, client: Any, name: str) -> None:
    for reader in (cast.police, cast.coordinator):
        assert reader.client().get(reverse(name)).status_code == 403
    assert client.get(reverse(name)).status_code == 403


def test_the_history_lies_where_the_site_lies_and_stays_within_reach(cast: Cast) -> None:
    publish(cast, "N4")
    publish(cast, "N3")
    found = page(cast.amandier.admin, "api-history-data").json()["features"]
    assert [each["properties"]["site_code"] for each in found] == ["N3", "N4"]
    within = page(cast.amandier.caretaker, "api-history-data")
    assert (within.json()["count"], within["X-Total-Count"]) == (1, "1")
    sites = {each["id"]: each for each in page(cast.amandier.admin).json()["features"]}
    for each in found:
        assert each["geometry"] == sites[each["properties"]["site_key"]]["geometry"]
        assert each["properties"]["campaign"] == "Campagne d’essai"
    rows = table(page(cast.amandier.caretaker, "api-history-data", forme="csv"))
    assert [row["site_code"] for row in rows] == ["N3"]
    names = [each.name for each in HISTORY.columns_of("own")]
    assert list(rows[0]) == [*names, "longitude", "latitude"]


def test_the_columns_are_those_of_the_dictionary(cast: Cast) -> None:
    assert list(table(page(cast.amandier.admin, forme="csv"))[0]) == [
        each.name for each in SITES.columns_of("own")
    ]


def test_the_pages_follow_each_other_and_lose_nothing(cast: Cast) -> None:
    url: str | None = f"{reverse('api-site-data')}?page_size=2&niveaux=34&forme=geojson"
    seen: list[str] = []
    client = cast.amandier.admin.client()
    while url:
        body = client.get(url).json()
        assert len(body["features"]) <= 2
        seen += [each["properties"]["code"] for each in body["features"]]
        url = body["next"]
    wanted = sorted(
        code for code, site in cast.amandier.sites.items() if site.current_level in {3, 4}
    )
    assert seen == wanted
    first = page(cast.amandier.admin, forme="csv", page_size="1")
    assert first["Link"].count("rel=") == 1
    assert 'rel="next"' in first["Link"]
    assert first["X-Total-Count"] == str(len(cast.amandier.sites))
    beyond = client.get(reverse("api-site-data"), {"page": "99"})
    assert beyond.status_code == 404


@pytest.mark.parametrize(
    "query", [{"forme": "kml"}, {"page": "0"}, {"page": "-1"}, {"page_size": "x"}, {"page": "9" * 30}]
)  # fmt: skip
def test_what_is_not_understood_is_said(cast: Cast, query: dict[str, str]) -> None:
    answer = cast.amandier.admin.client().get(reverse("api-site-data"), query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()


def test_each_page_has_its_receipt_and_is_the_same_copy_until_something_changes(cast: Cast) -> None:
    first = page(cast.amandier.admin)
    again = page(cast.amandier.admin)
    kept = receipts(cast.amandier.admin)
    assert [each.number for each in kept] == [first["X-Orsen-Receipt"]] == [again["X-Orsen-Receipt"]]  # fmt: skip
    assert kept[0].sha256 == hashlib.sha256(first.content).hexdigest()
    assert kept[0].rows == len(cast.amandier.sites)
    assert ["Reçu", kept[0].number] in first.json()["receipt"]
    site = cast.amandier.sites["N1"]
    with shared_scope(cast.amandier.admin.principal):
        type(site).objects.filter(pk=site.pk).update(name="Autre nom")
    changed = page(cast.amandier.admin)
    assert changed["X-Orsen-Receipt"] != first["X-Orsen-Receipt"]
    assert page(cast.amandier.director)["X-Orsen-Receipt"] != changed["X-Orsen-Receipt"]


def test_a_copy_of_the_api_is_not_a_colleague_s_to_download(cast: Cast) -> None:
    page(cast.amandier.admin)
    receipt = receipts(cast.amandier.admin)[-1]
    answer = cast.amandier.caretaker.client().get(reverse("receipt-file", args=[receipt.key]))
    assert answer.status_code in {403, 404}


def test_the_second_factor_is_asked_before_the_stock_leaves(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    admin = cast.amandier.admin
    secret = give_totp(admin.user)
    client = admin.client()
    show_totp(client, secret)
    assert client.get(reverse("api-site-data")).status_code == 200
    age_second_factor(client, 16 * 60)
    answer = client.get(reverse("api-site-data"))
    assert answer.status_code == 403
    assert "second facteur" in answer.json()["detail"]


def test_no_cell_of_the_csv_runs_in_a_spreadsheet(cast: Cast) -> None:
    site = cast.amandier.sites["N1"]
    with shared_scope(cast.amandier.admin.principal):
        type(site).objects.filter(pk=site.pk).update(name="=1+1")
    rows = {row["code"]: row for row in table(page(cast.amandier.admin, forme="csv"))}
    assert rows["N1"]["name"] == "'=1+1"


@pytest.mark.parametrize("name", ROUTES)
def test_a_page_costs_as_many_queries_whatever_it_holds(
    cast: Cast, name: str, django_assert_max_num_queries: Any
) -> None:
    publish(cast, "N4")
    client = cast.amandier.admin.client()
    with django_assert_max_num_queries(32):
        client.get(reverse(name))
    with shared_scope(cast.amandier.admin.principal):
        assert not JournalEntry.objects.exclude(about_id=None).exists()
