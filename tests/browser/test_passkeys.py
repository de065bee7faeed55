"""Passkeys as a second factor, with Chromium's virtual authenticator: add, name, use, confirm with, remove."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.accounts.signing_in import PASSWORD, age_second_factor
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.cast import Member, make_cast

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def admin(server: str, settings: Settings) -> Member:
    """An administrator with a password; second factors are asked for."""
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    member = make_cast().amandier.admin
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


def with_key(visitor: Visitor) -> Page:
    """Plug a virtual key in. A key belongs to a name, never to an IP address: the pages are opened at localhost."""
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return visitor.page


def log_in(visitor: Visitor, member: Member) -> None:
    page = visitor.opens("/compte/login/")
    page.get_by_label("Courriel").fill(member.user.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_passkey_from_its_first_day_to_its_last(visit: Visit, admin: Member, width: int) -> None:
    visitor = visit(width=width)
    page = with_key(visitor)
    log_in(visitor, admin)
    # The role owes a second factor: she chooses a key instead of the telephone's codes.
    page.wait_for_load_state("networkidle")
    visitor.opens("/compte/2fa/webauthn/add/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", name="Ajouter une clé d’accès")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    page.get_by_role("button", name="Enregistrer la clé").click()
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Ordinateur du bureau"

    visitor.opens("/compte/2fa/webauthn/")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Renommer").click()
    page.get_by_label("Nom de la clé").fill("Portable")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Portable")).to_be_visible()

    # Out, and in again: password, then the key.
    page.context.clear_cookies()
    log_in(visitor, admin)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url(lambda url: "/compte/" not in url)
    visitor.opens("/personnes/")
    expect(page.get_by_role("heading", name="Personnes", exact=True)).to_be_visible()

    # Step-up takes the key too.
    client = admin.client()
    client.cookies["sessionid"] = next(
        each["value"] for each in page.context.cookies() if each["name"] == "sessionid"
    )
    age_second_factor(client, 3600)
    visitor.opens("/personnes/inviter/")
    expect(page.get_by_role("heading", name="Confirmez que c’est vous")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_role("heading", name="Inviter une personne")).to_be_visible()

    visitor.opens("/compte/2fa/webauthn/")
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Retirer la clé").click()
    expect(page.get_by_text("Aucune clé d’accès")).to_be_visible()
    assert not Authenticator.objects.exists()
