"""Telephones: activated once, for capture only, until thirty days or a revocation."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.devices.services import enrol, offer, recognise, revoke, sessions, take
from accounts.models import DeviceActivation, DeviceSession, Membership
from accounts.people.services import PeopleError
from tests.capture.telephone import Telephone, activated
from tests.cast import Cast


def test_a_caretaker_without_an_address_rates_from_a_scanned_code(cast: Cast) -> None:
    admin = cast.amandier.admin.client()
    page = admin.post("/personnes/telephones/activer/", {"display_name": "Gardien, les Tilleuls"})
    (secret,) = re.findall(r"#activer=([\w-]+)", page.context["address"])
    assert urlsplit(page.context["address"]).path == "/saisie/"
    assert secret not in page.content.decode()
    telephone = Telephone()
    assert telephone.activate(secret).status_code == 200
    assert telephone.fetch().status_code == 200
    assert telephone.state["member"]["name"] == "Gardien, les Tilleuls"
    user = Membership.objects.get(pk=telephone.state["member"]["id"]).user
    assert not user.has_usable_password()
    assert not user.has_mail
    listed = admin.get("/personnes/telephones/").content.decode()
    assert "Gardien, les Tilleuls" in listed
    assert (
        "activé"
        in admin.get(
            f"/personnes/telephones/activation/{page.context['activation'].pk}/"
        ).content.decode()
    )
    assert "sans adresse électronique" in admin.get("/personnes/").content.decode()


def test_a_code_serves_once(cast: Cast) -> None:
    _activation, secret = offer(
        cast.amandier.admin.principal, cast.amandier.caretaker.membership.pk
    )
    assert Telephone().activate(secret).status_code == 200
    thief = Telephone()
    refusal = thief.activate(secret)
    assert refusal.status_code == 410
    assert "une fois" in refusal.json()["message"]  # type: ignore[attr-defined]
    assert thief.fetch().status_code == 401


def test_a_code_lives_a_quarter_of_an_hour(cast: Cast) -> None:
    activation, secret = offer(cast.amandier.admin.principal, cast.amandier.caretaker.membership.pk)
    assert activation.expires_at - activation.created_at <= dt.timedelta(minutes=15, seconds=1)
    DeviceActivation.objects.update(expires_at=timezone.now())
    assert Telephone().activate(secret).status_code == 410


def test_a_new_code_makes_the_former_one_worthless(cast: Cast) -> None:
    pk = cast.amandier.caretaker.membership.pk
    _one, former = offer(cast.amandier.admin.principal, pk)
    _two, latter = offer(cast.amandier.admin.principal, pk)
    assert Telephone().activate(former).status_code == 410
    assert Telephone().activate(latter).status_code == 200


def test_a_code_of_somebody_suspended_since_opens_nothing(cast: Cast) -> None:
    _activation, secret = offer(
        cast.amandier.admin.principal, cast.amandier.caretaker.membership.pk
    )
    Membership.objects.filter(pk=cast.amandier.caretaker.membership.pk).update(
        suspended_at=timezone.now()
    )
    with pytest.raises(PeopleError):
        take(secret, "")


def test_a_telephone_opens_no_other_page(cast: Cast) -> None:
    telephone = activated(cast.amandier, cast.amandier.director)
    for path in ("/", "/sites/", "/campagnes/", "/coter/", "/carte/", "/telephone/"):
        response = telephone.client.get(path)
        assert response.status_code == 302, path
        assert "/compte/" in response["Location"], path
    device = recognise(telephone.client.cookies["orsen_telephone"].value)
    assert device is not None
    assert device.principal is not None
    allowed = {name for name in device.principal.role.permissions if device.principal.may(name)}
    assert allowed == {"assessments.write"}


def test_thirty_days_and_no_more(cast: Cast) -> None:
    telephone = activated(cast.amandier)
    session = telephone.session
    assert session.expires_at - session.created_at <= dt.timedelta(days=30, seconds=1)
    DeviceSession.objects.update(expires_at=timezone.now())
    refusal = telephone.fetch()
    assert (refusal.status_code, refusal.json()["code"]) == (401, "expired")  # type: ignore[attr-defined]
    sent = telephone.post("cotations", {"items": []})
    assert (sent.status_code, sent.json()["code"]) == (401, "expired")  # type: ignore[attr-defined]


def test_a_stolen_telephone_is_cut_off_at_once(cast: Cast) -> None:
    telephone = activated(cast.amandier)
    admin = cast.amandier.admin.client()
    admin.post(f"/personnes/telephones/{telephone.session.pk}/retirer/", {"end": "lost"})
    assert telephone.fetch().json()["code"] == "revoked"  # type: ignore[attr-defined]
    assert "perdu ou volé" in admin.get("/personnes/telephones/").content.decode()


def test_an_invented_token_is_a_stranger(cast: Cast) -> None:
    telephone = Telephone()
    telephone.client.cookies["orsen_telephone"] = "x" * 43
    assert telephone.fetch().json()["code"] == "unknown"  # type: ignore[attr-defined]
    assert recognise("") is None


def test_leaving_takes_the_cookie_and_ends_the_session(cast: Cast) -> None:
    telephone = activated(cast.amandier)
    token = telephone.client.cookies["orsen_telephone"].value
    assert telephone.post("quitter", {}).status_code == 200
    telephone.client.cookies["orsen_telephone"] = token
    assert telephone.fetch().json()["code"] == "unknown"  # type: ignore[attr-defined]


def test_whoever_is_logged_in_activates_her_own_and_logging_out_ends_it(cast: Cast) -> None:
    client = cast.amandier.director.client()
    response = client.post("/telephone/")
    assert response["Location"] == "/saisie/"
    telephone = Telephone(client=client)
    assert telephone.fetch().status_code == 200
    client.post("/compte/logout/")
    assert DeviceSession.objects.get().end == "left"


def test_another_organisations_telephones_are_out_of_reach(cast: Cast) -> None:
    telephone = activated(cast.amandier)
    stranger = cast.bouleau.admin
    assert not sessions(stranger.principal).exists()
    with pytest.raises(PeopleError):
        revoke(stranger.principal, telephone.session.pk, "lost")
    with pytest.raises(PeopleError):
        offer(stranger.principal, cast.amandier.caretaker.membership.pk)
    assert stranger.client().get("/personnes/telephones/activation/1/").status_code == 200
    assert telephone.fetch().status_code == 200


def test_roles_that_ask_for_a_second_factor_are_not_activated_by_a_code(cast: Cast) -> None:
    with pytest.raises(PeopleError):
        offer(cast.amandier.admin.principal, cast.amandier.security.membership.pk)


@pytest.mark.parametrize("who", ["caretaker", "director", "security"])
def test_only_the_administrator_activates(cast: Cast, who: str) -> None:
    client: Client = getattr(cast.amandier, who).client()
    for path in ("/personnes/telephones/", "/personnes/telephones/activer/"):
        assert client.get(path).status_code == 403
    with pytest.raises(PermissionError):
        enrol(getattr(cast.amandier, who).principal, "Gardien")
