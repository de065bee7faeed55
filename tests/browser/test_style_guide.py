"""Every component, on a desk and on a phone, in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_component_can_be_used_by_everybody(visit: Visit, width: int, scheme: str) -> None:
    page = visit(width=width, scheme=scheme).opens("/style/")
    assert_accessible(page)
    assert_fits(page)


def test_rows_become_cards_that_name_their_columns_on_a_phone(visit: Visit) -> None:
    page = visit(width=PHONE).opens("/style/")
    cell = page.locator(".table--cards tbody tr").first.locator("td").first
    assert cell.get_attribute("data-label") == "Commune"
    assert cell.evaluate("node => getComputedStyle(node, '::before').content") == '"Commune"'


def test_the_chosen_theme_is_in_the_page_that_the_server_sends(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens("/style/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".bar .menu summary").last.click()
    page.get_by_role("button", name="Sombre").click()
    sent = page.request.get(visitor.address + "/style/").text()
    assert 'data-theme="dark"' in sent
    page = visitor.opens("/style/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_a_menu_closes_with_escape_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit().opens("/style/")
    summary = page.locator(".bar .menu summary").last
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Clair")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Clair")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_dialog_opens_from_the_keyboard_and_closes_with_its_button(visit: Visit) -> None:
    page = visit().opens("/style/")
    page.get_by_role("button", name="Ouvrir une boîte").press("Enter")
    dialog = page.get_by_role("dialog", name="Clore la campagne ?")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Revenir").click()
    expect(dialog).to_be_hidden()
