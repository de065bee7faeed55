"""The map of a landlord's sites: symbols, list, card, levels, keyboard, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.browser


def open_map(
    visit: Visit, *, width: int = DESK, scheme: str = "light", after: str = ""
) -> tuple[Page, Cast]:
    """The map of Bailleur Amandier's administrator, drawn."""
    cast = make_cast()
    page = visit(cast.amandier.admin, width=width, scheme=scheme).opens(f"/carte/{after}")
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator("[data-list] [data-map-key]").first).to_be_attached()
    return page, cast


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_page_of_the_map_can_be_used_by_everybody(
    visit: Visit, width: int, scheme: str
) -> None:
    page, _cast = open_map(visit, width=width, scheme=scheme)
    expect(page.locator("#map-problem")).to_be_hidden()
    assert_accessible(page)
    assert_fits(page)


def test_something_is_drawn_in_the_colours_of_the_levels(visit: Visit) -> None:
    page, _cast = open_map(visit)
    drawn = page.locator("#map canvas").screenshot()
    page.locator("[data-map-levels] input").first.wait_for()
    for box in page.locator("[data-map-levels] input").all():
        box.uncheck()
    page.wait_for_timeout(500)
    assert page.locator("#map canvas").screenshot() != drawn


def test_a_site_of_the_list_opens_its_card_from_the_keyboard_and_gives_the_focus_back(
    visit: Visit,
) -> None:
    page, _cast = open_map(visit)
    item = page.locator("[data-list] [data-map-key]").first
    name = item.locator(".list__title").inner_text()
    item.focus()
    page.keyboard.press("Enter")
    card = page.locator("[data-card]")
    expect(card).to_contain_text(name)
    expect(card.get_by_role("button", name="Revenir à la liste")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(item).to_be_focused()


def test_unticked_levels_leave_the_list_and_stay_in_the_address(visit: Visit) -> None:
    page, _cast = open_map(visit)
    rated = page.locator("[data-list] [data-map-key]").count()
    with page.expect_response(
        lambda answer: "/carte/liste/" in answer.url and "niveaux=" in answer.url
    ):
        page.locator("[data-map-levels] input[value='1']").uncheck()
    assert "niveaux=4320" in page.url
    assert rated > 0
    page.reload()
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator("[data-map-levels] input[value='1']")).not_to_be_checked()
    expect(page.locator("[data-map-levels] input[value='4']")).to_be_checked()


def test_masked_has_an_entry_of_its_own_in_the_legend(visit: Visit) -> None:
    page, _cast = open_map(visit)
    expect(page.locator(".legend .withheld")).to_have_text("Masqué")
    assert page.locator(".legend .withheld").locator("xpath=ancestor::label").count() == 0


def test_the_sheet_of_a_phone_rises_and_falls_with_its_handle(visit: Visit) -> None:
    page, _cast = open_map(visit, width=PHONE)
    handle = page.get_by_role("button", name="Déplier ou replier la liste")
    expect(handle).to_have_attribute("aria-expanded", "false")
    handle.tap()
    expect(handle).to_have_attribute("aria-expanded", "true")
    page.locator("[data-list] [data-map-key]").first.tap()
    expect(page.locator("[data-card]")).to_be_visible()
