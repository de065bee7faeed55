"""The pages before the door, and the pages of a refusal."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import make_cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/compte/login/", "/compte/password/reset/"])
def test_pages_before_the_door_can_be_used_by_everybody(
    visit: Visit, path: str, scheme: str, width: int
) -> None:
    page = visit(width=width, scheme=scheme).opens(path)
    assert_accessible(page)
    assert_fits(page)


def test_a_wrong_password_is_said_and_the_address_is_kept(visit: Visit) -> None:
    page = visit().opens("/compte/login/")
    page.get_by_label("Courriel").fill("inconnue@exemple.test")
    page.get_by_label("Mot de passe").fill("ce-n-est-pas-lui")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("incorrect")
    expect(page.get_by_label("Courriel")).to_have_value("inconnue@exemple.test")
    assert_accessible(page)


def test_the_skip_link_is_first_and_leads_to_the_content(visit: Visit) -> None:
    page = visit().opens("/style/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_missing_page_says_what_to_do(visit: Visit, width: int) -> None:
    visitor = visit(make_cast().police, width=width)
    page = visitor.opens("/nulle-part/")
    expect(page.get_by_role("heading", name="Page introuvable")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    visitor.complaints.clear()  # the browser reports the 404 itself
