"""Addresses without a position: found in the BAN, asked of a service where the person agrees, decided, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.geocoding import services
from tenants.geocoding.client import GeocoderError
from tenants.geocoding.models import BanAddress, GeocodedAddress
from tenants.imports.cleaning.streets import match_key
from tenants.imports.models import FileImport
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.stock.models import Address, Site
from tests.cast import X0, Y0, Cast, Landlord, make_cast
from tests.geocoding.service import Service, body, feature, serving
from tests.imports.test_trial_and_undo import tables


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    settings.ORSEN_GEOCODER_URL = ""
    settings.ORSEN_GEOCODER_RATE = 1_000


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    with serving() as served:
        settings.ORSEN_GEOCODER_URL = served.url
        yield served


def known(number: str, street: str = "Rue des Lilas", *, x: float = X0, **more: Any) -> BanAddress:
    """An address of the base."""
    key = "99001|" + street.upper().replace("DES ", "").replace("É", "E")
    return BanAddress.objects.create(
        ban_id=f"99001_{BanAddress.objects.count()}", departement_code="99", street_key=key, number=number, street=street,
        geom=Point(x, Y0, srid=2154), **{"postcode": "99100", "commune_name": "Aubépine"} | more,
    )  # fmt: skip


def lacking(
    landlord: Landlord, number: str, street: str = "RUE DES LILAS", site: str = "N1"
) -> Address:
    """An address of the landlord without a position; its site has none either."""
    with landlord_scope(landlord.admin.principal):
        Site.objects.filter(code=site).update(geom=None)
        made: Address = Address.objects.create(
            site=landlord.sites[site], number=number, street=street, postcode="99100", commune_code="99001",
            commune_name="Aubépine", dwellings=10, match_key=match_key("99001", number, street),
        )  # fmt: skip
    return made


def launched(landlord: Landlord, *, send: bool = False) -> UUID:
    principal = landlord.admin.principal
    with landlord_scope(principal):
        Job.objects.all().update(state=Job.State.DONE)
        services.start(principal, send=send)
        key: UUID = services.runs_of(principal)[0].key
    return key


def geocode(landlord: Landlord, key: UUID | None = None, *, send: bool = False) -> dict[str, int]:
    key = key or launched(landlord, send=send)
    return services.geocode(landlord.admin.principal, key, lambda _done, _total: None)


def held(landlord: Landlord) -> list[tuple[str, int, str]]:
    with landlord_scope(landlord.admin.principal):
        return list(GeocodedAddress.objects.values_list("source", "score", "state"))


def again(landlord: Landlord, address: Address) -> Address:
    with landlord_scope(landlord.admin.principal):
        return Address.objects.select_related("site").get(pk=address.pk)


def test_a_match_in_the_base_is_applied_and_asks_nobody(cast: Cast, service: Service) -> None:
    known("7 BIS", entrance=True)
    address = lacking(cast.amandier, "7 bis")
    assert geocode(cast.amandier, send=True)["applied"] == 1
    assert not service.asked
    found = again(cast.amandier, address)
    assert (found.geom.x, found.geom.y, found.quality) == (X0, Y0, "entrance")
    assert found.ban_id == "99001_0"
    assert (found.site.geom.x, found.site.placement) == (X0, "geometry")


@pytest.mark.parametrize(
    ("number", "street", "score", "state"),
    [
        ("7", "RUE DES LILAS", 100, "applied"),
        ("7", "R LILAS", 95, "applied"),
        ("7 ter", "RUE DES LILAS", 75, "doubtful"),
        ("7-11", "RUE DES LILAS", 75, "doubtful"),
        ("21", "RUE DES LILAS", 60, "doubtful"),
        ("", "RUE DES LILAS", 55, "doubtful"),
        ("7", "RUE DES ROSES", 0, "nothing"),
    ],
)
def test_what_a_match_is_worth(
    cast: Cast, number: str, street: str, score: int, state: str
) -> None:
    known("7")
    known("19", x=X0 + 200)
    address = lacking(cast.amandier, number, street)
    geocode(cast.amandier)
    assert held(cast.amandier) == [("ban", score, state)]
    assert (again(cast.amandier, address).geom is None) == (state != "applied")


def test_homonyms_that_lie_apart_are_doubtful_unless_the_postcode_tells(cast: Cast) -> None:
    known("7")
    other = known("7", x=X0 + 900)
    lacking(cast.amandier, "7")
    geocode(cast.amandier)
    assert held(cast.amandier) == [("ban", 60, "doubtful")]
    other.postcode = "99190"
    other.save()
    geocode(cast.amandier)
    assert held(cast.amandier) == [("ban", 100, "applied")]


def test_only_who_agrees_sends_an_address(cast: Cast, service: Service) -> None:
    address = lacking(cast.amandier, "9", "RUE NEUVE")
    said = cast.amandier.admin.client().get(reverse("geocoding")).content.decode()
    assert "numéro, voie, code postal et commune" in said  # all that the request holds
    geocode(cast.amandier)
    assert not service.asked
    geocode(cast.amandier, send=True)
    assert set(service.parameters[0]) == {"q", "postcode", "limit", "autocomplete"}
    assert service.asked == ["9 RUE NEUVE Aubépine"]
    assert held(cast.amandier) == [("service", 93, "applied")]
    assert again(cast.amandier, address).quality == "address"


def test_what_was_answered_is_not_asked_again_and_is_each_landlord_s_own(
    cast: Cast, service: Service
) -> None:
    service.answers = [(200, {}, body(feature(score=0.6)))]
    lacking(cast.amandier, "9", "RUE NEUVE")
    geocode(cast.amandier, send=True)
    geocode(cast.amandier, send=True)
    assert len(service.asked) == 1
    lacking(cast.bouleau, "9", "RUE NEUVE", next(iter(cast.bouleau.sites)))
    assert held(cast.bouleau) == []
    geocode(cast.bouleau, send=True)
    assert len(service.asked) == 2
    assert held(cast.bouleau) == [("service", 60, "doubtful")]


def test_a_place_or_a_commune_is_never_applied_unseen(cast: Cast, service: Service) -> None:
    service.answers = [(200, {}, body(feature(type="municipality", score=0.99)))]
    lacking(cast.amandier, "9", "RUE NEUVE")
    geocode(cast.amandier, send=True)
    assert held(cast.amandier) == [("service", 99, "doubtful")]


def test_the_thresholds_are_settings(cast: Cast, settings: Any) -> None:
    settings.ORSEN_GEOCODING_APPLY, settings.ORSEN_GEOCODING_DOUBT = 75, 70
    known("7")
    lacking(cast.amandier, "7 ter")
    lacking(cast.amandier, "19", site="N2")
    geocode(cast.amandier)
    assert sorted(held(cast.amandier)) == [("ban", 60, "nothing"), ("ban", 75, "applied")]


def test_a_killed_worker_goes_on_where_it_was(
    cast: Cast, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SITES_AT_ONCE", 1)
    lacking(cast.amandier, "1", "RUE NEUVE")
    lacking(cast.amandier, "2", "RUE NEUVE")
    lacking(cast.amandier, "3", "RUE NEUVE", "N2")
    key = launched(cast.amandier, send=True)
    steps: list[int] = []

    def killed(done: int, _total: int) -> None:
        steps.append(done)
        if len(service.asked) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.geocode(cast.amandier.admin.principal, key, killed)
    told = geocode(cast.amandier, key)
    assert service.asked == ["1 RUE NEUVE Aubépine", "2 RUE NEUVE Aubépine", "3 RUE NEUVE Aubépine"]
    assert (told["applied"], told["seen"]) == (3, 3)
    assert geocode(cast.amandier, key) == told


def test_a_service_that_fails_keeps_what_it_answered(cast: Cast, service: Service) -> None:
    service.answers = [(200, {}, body(feature())), (200, {}, b"{")]
    lacking(cast.amandier, "1", "RUE NEUVE")
    lacking(cast.amandier, "2", "RUE NEUVE")
    key = launched(cast.amandier, send=True)
    with pytest.raises(GeocoderError):
        geocode(cast.amandier, key)
    service.answers = [(200, {}, body(feature()))]
    assert geocode(cast.amandier, key)["applied"] == 2
    assert len(service.asked) == 3


def test_a_geocoding_is_taken_back_table_by_table(cast: Cast) -> None:
    known("7")
    lacking(cast.amandier, "7")
    before = tables(cast.amandier)
    key = launched(cast.amandier)
    geocode(cast.amandier, key)
    assert tables(cast.amandier)["tenants_address"] != before["tenants_address"]
    answer = cast.amandier.admin.client().post(reverse("geocoding-undo", args=[key]))
    assert answer.status_code == 302
    after = tables(cast.amandier)
    del before["tenants_geocodedaddress"], after["tenants_geocodedaddress"]
    assert after == before
    assert held(cast.amandier) == [("ban", 100, "doubtful")]  # waits for a decision


def test_the_doubtful_ones_are_accepted_placed_or_left(cast: Cast) -> None:
    known("7")
    found, placed, left = (
        lacking(cast.amandier, "7 ter"),
        lacking(cast.amandier, "3", "RUE NEUVE", "N2"),
        lacking(cast.amandier, "4", "RUE NEUVE", "N3"),
    )
    geocode(cast.amandier)
    client, page = cast.amandier.admin.client(), reverse("geocoding")
    doubts = {each.address.pk: each.kept for each in client.get(page).context["doubts"]}
    assert set(doubts) == {found.pk, placed.pk, left.pk}

    def decide(address: Address, **posted: str) -> None:
        kept = doubts[address.pk]
        data = {
            name if name == "decision" else f"{kept.pk}-{name}": value
            for name, value in posted.items()
        }
        assert client.post(reverse("geocoding-decide", args=[kept.key]), data).status_code == 302

    decide(found, decision="accept")
    decide(placed, decision="place", latitude="quatre", longitude="2")
    for latitude, longitude in (("40.7", "-74.0"), ("0", "0"), ("-60", "180")):
        decide(placed, decision="place", latitude=latitude, longitude=longitude)
    assert again(cast.amandier, placed).geom is None
    decide(placed, decision="place", latitude="48.85", longitude="2.35")
    decide(left, decision="accept")  # nothing was found: nothing to accept
    decide(left, decision="leave")
    assert again(cast.amandier, found).geom.x == X0
    assert round(again(cast.amandier, placed).geom.x) == 652302
    assert again(cast.amandier, left).geom is None
    shown = client.get(page)
    assert not shown.context["doubts"]
    assert (shown.context["counts"]["total"], shown.context["counts"]["left"]) == (1, 1)
    assert geocode(cast.amandier)["left"] == 1  # later geocodings leave it too
    with landlord_scope(cast.amandier.admin.principal):
        assert (
            FileImport.objects.filter(kind="geocoding", changes__isnull=False).distinct().count()
            == 2
        )


def test_nobody_decides_of_another_landlord_s_addresses(cast: Cast) -> None:
    known("7")
    lacking(cast.amandier, "7 ter")
    key = launched(cast.amandier)
    geocode(cast.amandier, key)
    with landlord_scope(cast.amandier.admin.principal):
        kept = GeocodedAddress.objects.get()
    other = cast.bouleau.admin.client()
    assert (
        other.post(reverse("geocoding-decide", args=[kept.key]), {"decision": "accept"}).status_code
        == 404
    )
    assert other.post(reverse("geocoding-undo", args=[key])).status_code == 404
    assert "LILAS" not in other.get(reverse("geocoding")).content.decode()
    for member in (cast.amandier.caretaker, cast.police, cast.coordinator):
        assert member.client().get(reverse("geocoding")).status_code in {403, 404}


def test_one_at_a_time_and_only_where_something_lacks(cast: Cast) -> None:
    client, page = cast.amandier.admin.client(), reverse("geocoding")
    client.post(page)
    with landlord_scope(cast.amandier.admin.principal):
        assert not services.runs_of(cast.amandier.admin.principal).exists()
    lacking(cast.amandier, "7")
    client.post(page)
    client.post(page)
    with landlord_scope(cast.amandier.admin.principal):
        assert services.runs_of(cast.amandier.admin.principal).count() == 1


@pytest.mark.commits
def test_a_worker_does_it_through_the_page(committed: None) -> None:
    cast = make_cast()
    BanAddress.objects.all().delete()
    known("7")
    lacking(cast.amandier, "7")
    client = cast.amandier.admin.client()
    assert client.post(reverse("geocoding")).status_code == 302
    assert client.get(reverse("geocoding")).context["is_running"]
    assert run_one("jobs")
    shown = client.get(reverse("geocoding"))
    assert shown.context["counts"]["total"] == 0
    assert "appliquées : 1" in shown.content.decode()
