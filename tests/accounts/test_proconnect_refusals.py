"""Whatever is absent, weak, unknown or forged in ProConnect's answer leaves no session, and says what to do."""

from __future__ import annotations

import html

import pytest
import requests
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Organisation, SecurityEvent, User
from accounts.proconnect import provider as product_side
from tests.accounts.test_proconnect import come_back
from tests.cast import Member, make_member
from tests.oidc.running import SIRET, RunningProvider

OTHER_SIRET = "90000000100017"


def refused(client: Client, path: str, words: str) -> None:
    """The answer says `words`, and nobody is logged in: no session, in the cookie or in the table."""
    answer = client.get(path)
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 403, text
    assert words in text
    assert "Que faire" in text
    cookie = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    assert cookie is None or cookie.value == ""
    assert not Session.objects.exists()
    assert SecurityEvent.objects.filter(kind="proconnect_refused").exists()


TOKEN = "n’a pas pu être vérifiée"
LEVEL = "niveau de garantie"


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ("id_token: acr absent", LEVEL),
        ("id_token: acr weak", LEVEL),
        *[
            (f"{where}: {name}", TOKEN)
            for where in ("id_token", "userinfo")
            for name in (
                "wrong signature", "unknown key", "wrong issuer", "wrong audience", "foreign audience too", "expired",
                "alg none", "alg HS256", "another subject", "wrong nonce",
            )
        ],
        ("id_token: no nonce", TOKEN),
        ("id_token: no expiry", TOKEN),
    ],
)  # fmt: skip
def test_a_lie_in_a_token_leaves_no_session(
    police: Member, client: Client, proconnect: RunningProvider, lie: str, words: str
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET, lie=lie)
    refused(client, come_back(client, proconnect), words)


def test_the_provider_s_own_weaker_level_is_refused(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_ACR_VALUES = ["eidas1", "eidas2"]
    path = None
    proconnect.tell(email=police.user.email, siret=SIRET, acr="eidas1")
    path = come_back(client, proconnect)
    settings.ORSEN_PROCONNECT_ACR_VALUES = ["eidas2"]
    refused(client, path, LEVEL)


def test_unsigned_userinfo_is_refused_where_a_signature_is_asked(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET, plainUserinfo=True)
    refused(client, come_back(client, proconnect), TOKEN)


def test_a_client_registered_without_signed_userinfo_is_refused_too(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_CLIENT_ID = "orsen-tests-plain"
    proconnect.tell(email=police.user.email, siret=SIRET)
    refused(client, come_back(client, proconnect), TOKEN)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"siret": SIRET}, "adresse électronique vérifiée"),
        ({"siret": SIRET, "email": "police", "email_verified": True}, "adresse électronique vérifiée"),
        ({"siret": SIRET, "email": "@", "email_verified": False}, "adresse électronique vérifiée"),
        ({"siret": SIRET, "email": "inconnue@exemple.test"}, "invitation"),
        ({"email": "@"}, "SIRET"),
        ({"email": "@", "siret": ""}, "SIRET"),
        ({"email": "@", "siret": OTHER_SIRET}, "SIRET"),
    ],
)  # fmt: skip
def test_absent_and_unknown_claims(
    police: Member, client: Client, proconnect: RunningProvider, said: dict[str, object], words: str
) -> None:
    before = User.objects.count()
    email = {"email": police.user.email} if said.get("email") == "@" else {}
    proconnect.tell(**(said | email))
    refused(client, come_back(client, proconnect), words)
    assert User.objects.count() == before


def test_an_address_must_be_vouched_for_where_the_setting_says_so(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_VERIFIED_EMAIL = True
    proconnect.tell(email=police.user.email, siret=SIRET)
    refused(client, come_back(client, proconnect), "adresse électronique vérifiée")


def test_no_empty_siret_opens_an_organisation_that_declares_none(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    Organisation.objects.update(siret="")
    proconnect.tell(email=police.user.email, siret="")
    refused(client, come_back(client, proconnect), "SIRET")


def test_a_suspended_member_is_refused(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    membership = police.membership
    membership.suspended_at = timezone.now()
    membership.save()
    proconnect.tell(email=police.user.email, siret=SIRET)
    refused(client, come_back(client, proconnect), "invitation")
    assert police.user.memberships.count() == 1


def test_an_address_that_passes_to_a_successor_does_not_open_the_account(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET, sub="first")
    client.get(come_back(client, proconnect))
    client.logout()
    Session.objects.all().delete()
    proconnect.tell(email=police.user.email, siret=SIRET, sub="second")
    refused(Client(), come_back(again := Client(), proconnect), "commencé dans un autre navigateur")
    refused(again, come_back(again, proconnect), "déjà liée")


def test_a_subject_does_not_change_persons(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    client.get(come_back(client, proconnect))
    client.logout()
    Session.objects.all().delete()
    colleague = make_member(police.membership.organisation, "partner_reader", "Collègue")
    proconnect.tell(email=colleague.user.email, siret=SIRET)
    refused(client, come_back(client, proconnect), "déjà liée")


def test_an_answer_serves_in_the_browser_that_asked_and_once(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    path = come_back(client, proconnect)
    refused(Client(), path, "autre navigateur")
    assert client.get(path).status_code == 302
    client.logout()
    Session.objects.all().delete()
    refused(client, path, "autre navigateur")


@pytest.mark.parametrize("change", ["state=", "code="])
def test_a_changed_answer_is_refused(
    police: Member, client: Client, proconnect: RunningProvider, change: str
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    path = come_back(client, proconnect).replace(change, f"{change}x")
    refused(client, path, "autre navigateur" if change == "state=" else "erreur")


def test_another_issuer_in_the_answer_is_refused(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    path = come_back(client, proconnect)
    assert "&iss=http%3A%2F%2F127.0.0.1" in path
    refused(
        client, path.replace("&iss=http%3A%2F%2F127.0.0.1", "&iss=http%3A%2F%2F127.0.0.2"), TOKEN
    )


def test_cancelling_at_the_provider(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET, lie="cancelled")
    refused(client, come_back(client, proconnect), "interrompue")


def test_a_refusal_ends_the_session_that_was_open(
    police: Member, proconnect: RunningProvider
) -> None:
    client = police.client()
    proconnect.tell(email=police.user.email, siret=OTHER_SIRET)
    refused(client, come_back(client, proconnect), "SIRET")


def test_a_stranger_s_link_does_not_end_a_session(
    police: Member, proconnect: RunningProvider
) -> None:
    client = police.client()
    answer = client.get("/compte/proconnect/retour/?code=x&state=y")
    assert answer.status_code == 403
    assert client.get("/organisation/").status_code == 405


def test_a_provider_that_is_silent_is_said(
    client: Client, db: None, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_ISSUER = "http://127.0.0.1:1"
    refused(client, "/compte/proconnect/", "ne répond pas")


def test_nothing_is_asked_without_tls(
    client: Client, db: None, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_ISSUER = "http://fournisseur.test"
    refused(client, "/compte/proconnect/", "erreur")


def test_a_description_of_another_issuer_is_refused(
    client: Client, db: None, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_ISSUER = proconnect.issuer.replace("127.0.0.1", "localhost")
    refused(client, "/compte/proconnect/", "erreur")


def test_keys_that_the_provider_renews_are_fetched_again(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    keys = requests.get(f"{proconnect.issuer}/jwks", timeout=5).json()["keys"]
    url = f"{proconnect.issuer}/jwks"
    product_side._kept[url] = (
        product_side.time.monotonic(),
        {"keys": [keys[0] | {"kid": "former"}]},
    )
    proconnect.tell(email=police.user.email, siret=SIRET)
    assert client.get(come_back(client, proconnect)).status_code == 302
