"""Step-up: a bulk download or a change of rights asks for a second factor shown a moment ago."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from accounts.models import Membership, User
from accounts.step_up import fresh_second_factor
from tests.accounts.signing_in import age_second_factor, give_totp, show_totp
from tests.cast import Cast

MINUTE = 60


@pytest.fixture
def admin(cast: Cast, settings: Settings) -> tuple[Client, str]:
    """An administrator with an authenticator application, logged in; and its secret."""
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    secret = give_totp(cast.amandier.admin.user)
    client = cast.amandier.admin.client()
    show_totp(client, secret)
    return client, secret


def role_of(cast: Cast) -> str:
    return Membership.objects.get(pk=cast.amandier.caretaker.membership.pk).role_code


def change_role(cast: Cast, client: Client, **headers: str) -> HttpResponse:
    url = f"/personnes/{cast.amandier.caretaker.membership.pk}/role/"
    return client.post(url, {"role_code": "support_reader"}, headers=headers)  # type: ignore[return-value]


def test_a_factor_just_shown_is_enough(cast: Cast, admin: tuple[Client, str]) -> None:
    change_role(cast, admin[0])
    assert role_of(cast) == "support_reader"


def test_a_stale_one_changes_nothing_and_leads_back_to_the_page(
    cast: Cast, admin: tuple[Client, str]
) -> None:
    client, secret = admin
    age_second_factor(client, 16 * MINUTE)
    answer = change_role(cast, client, referer="http://testserver/personnes/?page=2")
    assert role_of(cast) == "caretaker"
    assert answer["Location"] == "/compte/confirmer/?next=%2Fpersonnes%2F%3Fpage%3D2"
    step = client.get(answer["Location"])["Location"]
    assert step.startswith("/compte/2fa/reauthenticate/")
    assert "rien n’a encore été fait" in client.get(step).content.decode()
    show_totp(client, secret)
    change_role(cast, client)
    assert role_of(cast) == "support_reader"


def test_the_minutes_are_a_setting(
    cast: Cast, admin: tuple[Client, str], settings: Settings
) -> None:
    settings.ORSEN_STEP_UP_MINUTES = 60
    age_second_factor(admin[0], 16 * MINUTE)
    change_role(cast, admin[0])
    assert role_of(cast) == "support_reader"


def test_the_way_back_never_leaves_the_product(cast: Cast, admin: tuple[Client, str]) -> None:
    client, _secret = admin
    age_second_factor(client, 16 * MINUTE)
    answer = change_role(cast, client, referer="https://ailleurs.test/personnes/")
    assert answer["Location"].endswith("next=%2F")
    step = client.get("/compte/confirmer/?next=https://ailleurs.test/")
    assert "ailleurs" not in unquote(step["Location"])


@pytest.mark.parametrize("path", ["/personnes/inviter/", "/sites/{site}/droits/"])
def test_pages_that_give_rights_ask_for_it_first(
    cast: Cast, admin: tuple[Client, str], path: str
) -> None:
    client, _secret = admin
    url = path.format(site=cast.amandier.sites["N3"].key)
    assert client.get(url).status_code == 200
    age_second_factor(client, 16 * MINUTE)
    assert unquote(client.get(url)["Location"]) == f"/compte/confirmer/?next={url}"


def test_signing_asks_for_it(cast: Cast, admin: tuple[Client, str]) -> None:
    client, _secret = admin
    age_second_factor(client, 16 * MINUTE)
    answer = client.post(f"/partage/conventions/{cast.convention.key}/signer/1/")
    assert answer["Location"].startswith("/compte/confirmer/")


def asked(user: User, **extra: str) -> HttpResponse:
    """What the decorator answers to a request without any second factor."""
    request: HttpRequest = RequestFactory().post("/exports/", headers=extra)
    request.user = user
    request.session = Client().session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return fresh_second_factor(lambda _request: HttpResponse("parti"))(request)


def test_htmx_is_told_where_to_go(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    answer = asked(cast.amandier.director.user, hx_request="true")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"].startswith("/compte/confirmer/")


def test_the_api_says_what_to_do(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    request = RequestFactory().get("/api/exports/")
    request.user = cast.amandier.director.user
    request.session = Client().session  # type: ignore[assignment]
    with pytest.raises(PermissionDenied, match="sur le site"):
        fresh_second_factor(lambda _request: HttpResponse("parti"))(request)


def test_whoever_has_no_second_factor_is_led_to_set_one_up(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    client = cast.amandier.director.client()  # a role that logs in without one
    assert asked(cast.amandier.director.user)["Location"].startswith("/compte/confirmer/")
    assert client.get("/compte/confirmer/?next=/sites/")["Location"] == (
        "/compte/2fa/totp/activate/?next=%2Fsites%2F"
    )
