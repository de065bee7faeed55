"""Log-in by ProConnect, against a real OpenID provider: who comes in, how far, and how she leaves."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Membership, Organisation, ProConnectIdentity
from tests.accounts.signing_in import code_of, give_totp
from tests.cast import Cast, Member, make_member
from tests.oidc.running import SIRET, RunningProvider


def come_back(
    client: Client, provider: RunningProvider, *, start: str = "/compte/proconnect/",
    browser: requests.Session | None = None,
) -> str:  # fmt: skip
    """From the log-in page through the provider; returns the path that the browser is sent back to."""
    out = client.get(start)
    assert out.status_code == 302, out.content.decode()
    back = provider.walk(out["Location"], browser)
    assert back.startswith("http://testserver/compte/proconnect/retour/?")
    return back.removeprefix("http://testserver")


def test_the_log_in_page_offers_it_only_where_it_is_set_up(
    client: Client, db: None, proconnect: RunningProvider, settings: Settings
) -> None:
    assert "ProConnect" in client.get("/compte/login/").content.decode()
    settings.ORSEN_PROCONNECT_ISSUER = ""
    assert "ProConnect" not in client.get("/compte/login/").content.decode()
    assert client.get("/compte/proconnect/").status_code == 404
    assert client.get("/compte/proconnect/retour/").status_code == 404


def test_what_is_asked_of_the_provider(
    client: Client, db: None, proconnect: RunningProvider
) -> None:
    asked = parse_qs(urlsplit(client.get("/compte/proconnect/")["Location"]).query)
    assert asked["scope"] == ["openid email siret"]
    assert '"essential":true,"values":["eidas1","eidas2"]' in asked["claims"][0]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert "code_challenge" not in asked  # ProConnect refuses parameters that it does not know


def test_a_member_comes_in_and_acts_for_the_organisation_of_that_siret(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    user = police.user
    parquet = Organisation.objects.create(
        kind="partner", name="Parquet", short_name="Parquet", partner_category="parquet"
    )
    other = make_member(parquet, "partner_reader", "Autre fonction")
    Membership.objects.filter(pk=other.membership.pk).update(user=user)
    proconnect.tell(email=user.email.upper(), siret=f"{SIRET[:9]} {SIRET[9:]}")
    answer = client.get(come_back(client, proconnect))
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session["active_membership"] == police.membership.pk
    assert ProConnectIdentity.objects.get().user == user


def test_the_page_that_was_asked_for_comes_after(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    start = "/compte/proconnect/?next=/partage/sites/"
    assert client.get(come_back(client, proconnect, start=start))["Location"] == "/partage/sites/"
    elsewhere = "/compte/proconnect/?next=https://ailleurs.test/"
    assert client.get(come_back(client, proconnect, start=elsewhere))["Location"] == "/"


def test_one_of_several_declared_sirets_is_enough(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    Organisation.objects.filter(siret=SIRET).update(siret="", other_sirets=[SIRET])
    proconnect.tell(email=police.user.email, siret=SIRET)
    assert client.get(come_back(client, proconnect)).status_code == 302


def test_a_level_that_holds_a_second_factor_stands_for_the_code(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    give_totp(police.user)
    proconnect.tell(email=police.user.email, siret=SIRET, acr="eidas2")
    assert client.get(come_back(client, proconnect))["Location"] == "/"
    assert client.get("/organisation/").status_code == 405  # let through to the view


def test_a_level_without_one_asks_for_the_code(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    secret = give_totp(police.user)
    proconnect.tell(email=police.user.email, siret=SIRET, acr="eidas1")
    answer = client.get(come_back(client, proconnect))
    assert answer["Location"].startswith("/compte/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    client.post("/compte/2fa/authenticate/", {"code": code_of(secret)})
    assert client.session["_auth_user_id"] == str(police.user.pk)


def test_without_a_code_of_her_own_she_must_set_one_up(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    proconnect.tell(email=police.user.email, siret=SIRET, acr="eidas1")
    client.get(come_back(client, proconnect))
    assert client.get("/organisation/")["Location"].startswith("/compte/2fa/totp/activate/")


@pytest.mark.parametrize(("age", "status"), [(60, 200), (3600, 302)])
def test_step_up_counts_from_when_the_factor_was_shown_to_the_provider(
    cast: Cast,
    client: Client,
    proconnect: RunningProvider,
    settings: Settings,
    age: int,
    status: int,
) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    admin = cast.amandier.admin
    Organisation.objects.filter(pk=cast.amandier.organisation.pk).update(siret=SIRET)
    proconnect.tell(email=admin.user.email, siret=SIRET, acr="eidas2", age=age)
    client.get(come_back(client, proconnect))
    assert client.get("/personnes/").status_code == 200
    assert client.get("/personnes/inviter/").status_code == status


def test_a_known_subject_comes_again(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    client.get(come_back(client, proconnect))
    again = Client()
    assert again.get(come_back(again, proconnect)).status_code == 302
    assert ProConnectIdentity.objects.count() == 1


def test_pkce_where_the_provider_takes_it(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_PKCE = True
    proconnect.tell(email=police.user.email, siret=SIRET)
    assert "code_challenge_method=S256" in client.get("/compte/proconnect/")["Location"]
    assert client.get(come_back(client, proconnect)).status_code == 302


def test_unsigned_userinfo_only_where_the_setting_allows_it(
    police: Member, client: Client, proconnect: RunningProvider, settings: Settings
) -> None:
    settings.ORSEN_PROCONNECT_SIGNED_USERINFO = False
    proconnect.tell(email=police.user.email, siret=SIRET, plainUserinfo=True)
    assert client.get(come_back(client, proconnect)).status_code == 302


def test_leaving_ends_both_sessions(
    police: Member, client: Client, proconnect: RunningProvider
) -> None:
    proconnect.tell(email=police.user.email, siret=SIRET)
    browser = requests.Session()
    client.get(come_back(client, proconnect, browser=browser))
    out = client.post("/compte/logout/")
    assert out["Location"].startswith(f"{proconnect.issuer}/session/end?")
    assert (
        Session.objects.filter(session_data__contains="x").count() <= 1
    )  # an empty one for the message
    assert "_auth_user_id" not in client.session
    back = proconnect.leave(out["Location"], browser)
    assert back.startswith("http://testserver/compte/proconnect/sortie/?state=")
    page = client.get(back.removeprefix("http://testserver"), follow=True)
    assert "et de ProConnect" in page.content.decode()


def test_leaving_a_session_of_a_password_stays_here(
    police: Member, proconnect: RunningProvider
) -> None:
    assert police.client().post("/compte/logout/")["Location"] == "/compte/login/"
