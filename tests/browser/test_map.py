"""The map of a landlord's sites: symbols, list, card, levels, keyboard, on a desk and on a phone."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from sharing.conventions.models import AnnexLine
from sharing.details import Detail
from tenants.access import landlord_scope
from tenants.incidents.models import Incident
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import Cast, amended, make_cast
from tests.reports.scene import make_report
from tests.sharing.test_shared_map_views import make_round, publish
from tests.sharing.test_zones import give

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
    page.locator("[data-map-levels]:not([hidden]) input").first.wait_for()
    for box in page.locator("[data-map-levels]:not([hidden]) input").all():
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
        page.locator("[data-map-levels]:not([hidden]) input[value='1']").uncheck()
    assert "niveaux=4320" in page.url.partition("?")[2]
    assert rated > 0
    page.reload()
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator("[data-map-levels]:not([hidden]) input[value='1']")).not_to_be_checked()
    expect(page.locator("[data-map-levels]:not([hidden]) input[value='4']")).to_be_checked()


def test_masked_has_an_entry_of_its_own_in_the_legend(visit: Visit) -> None:
    page, _cast = open_map(visit)
    expect(page.locator(".legend .withheld")).to_have_text("Masqué")
    assert page.locator(".legend .withheld").locator("xpath=ancestor::label").count() == 0


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on an element, as somebody without a mouse does."""
    for _press in range(most):
        if page.evaluate(
            "selector => document.activeElement?.matches(selector) ?? false", selector
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is out of the keyboard's reach")


def test_a_whole_task_with_the_keyboard_alone(visit: Visit) -> None:
    """Find a site, keep to level 4, open its card and its page, come back to the same view."""
    page, _cast = open_map(visit)
    tab_to(page, "#map-search")
    page.keyboard.type("residence n4")
    expect(page.locator("#map-found .list__item")).to_have_count(1)
    expect(page.locator("[data-found-count]")).to_contain_text("1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    card = page.locator("[data-card]")
    expect(card).to_contain_text("Résidence N4")
    expect(card.get_by_role("button", name="Revenir à la liste")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()

    for level in "3210":
        tab_to(page, f"[data-map-levels]:not([hidden]) input[value='{level}']", most=90)
        page.keyboard.press("Space")
    items = page.locator("[data-list] [data-map-key]")
    expect(items).to_have_count(1)
    page.wait_for_function(
        "location.search.includes('niveaux=4') && location.hash.includes('carte=')"
    )

    tab_to(page, "[data-list] [data-map-key]", most=90)
    page.keyboard.press("Enter")
    expect(card).to_contain_text("Résidence N4")
    tab_to(page, "[data-card-body] a.button--primary")
    left = page.url
    page.keyboard.press("Enter")
    page.wait_for_url("**/sites/**")
    page.go_back()  # the browser's own key, which a browser without a window does not know
    page.wait_for_selector("#map[data-ready]")
    assert page.url == left
    expect(card).to_contain_text("Résidence N4")
    expect(page.locator("[data-map-levels]:not([hidden]) input:checked")).to_have_count(1)
    expect(items).to_have_count(1)


def test_the_list_is_there_before_the_map_and_without_it(visit: Visit) -> None:
    cast = make_cast()
    visitor = visit(cast.amandier.admin)
    visitor.page.route("**/map-engine*.js", lambda route: route.abort())
    page = visitor.opens("/carte/")
    expect(page.locator("[data-list] [data-map-key]").first).to_be_visible()
    expect(page.locator("#map-unable")).to_be_visible()
    page.locator("[data-list] [data-map-key]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-card]")).to_contain_text("Résidence N4")
    visitor.complaints.clear()  # the browser says that the file did not come: that is the test


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_what_comes_ahead_is_what_the_map_opens_with(visit: Visit, width: int) -> None:
    """The map asks for no other tile of sites than came ahead, and takes it from the page unless it was there first."""
    cast = make_cast()
    visitor = visit(cast.amandier.admin, width=width)
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "fetch":
            asked.append(request.url)

    visitor.page.context.on("request", note)
    page = visitor.opens("/carte/")
    page.wait_for_selector("#map[data-ready]")
    sites = [url for url in asked if "/carte/tuiles/sites/" in url]
    assert sites
    from_the_page = sum(url.startswith("blob:") for url in asked)
    assert len(sites) + from_the_page == 2 * len(set(sites))
    for ground in ("/tuiles/territoires/", "/tuiles/fond/"):  # asked by the page, then by the map
        asked_twice = Counter(url for url in asked if ground in url)
        assert asked_twice
        assert set(asked_twice.values()) == {2}
    asked.clear()
    with page.context.expect_event("request", lambda one: "/carte/tuiles/sites/" in one.url):
        page.locator(".maplibregl-ctrl-zoom-in").click()
    assert not [url for url in asked if url.startswith("blob:")]


def test_a_place_moves_the_map_and_its_list(visit: Visit) -> None:
    page, _cast = open_map(visit)
    page.fill("#map-search", "bruyere")
    page.locator("#map-found [data-bounds]").click()
    expect(page.locator("[data-list] .list__title")).to_have_text(["Résidence S3", "Résidence S0"])
    expect(page.locator("[data-list]")).to_be_focused()


def test_the_focus_of_the_list_shows_on_the_map(visit: Visit) -> None:
    page, _cast = open_map(visit)
    before = page.locator("#map canvas").screenshot()
    page.locator("[data-list] [data-map-key]").first.focus()
    page.wait_for_timeout(400)
    assert page.locator("#map canvas").screenshot() != before


@pytest.mark.parametrize("view", ["evolution", "faits", "points-chauds"])
def test_each_view_has_its_legend_its_list_and_its_address(visit: Visit, view: str) -> None:
    page, _cast = open_map(visit)
    page.locator(f"input[name='vue'][value='{view}']").check(force=True)
    expect(page.locator(f"[data-map-levels][data-view-part~='{view}']")).to_be_visible()
    page.wait_for_function("view => location.search.includes(`vue=${view}`)", arg=view)
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    expect(page.locator("#map-problem")).to_be_hidden()
    page.reload()
    expect(page.locator(f"input[name='vue'][value='{view}']")).to_be_checked()


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "dark"), (PHONE, "light")])
def test_a_partner_s_map_can_be_used_by_everybody(visit: Visit, width: int, scheme: str) -> None:
    cast = make_cast()
    page = visit(cast.police, width=width, scheme=scheme).opens("/partage/carte/")
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator("[data-list] [data-map-key]")).to_have_count(6)
    assert_accessible(page)
    assert_fits(page)
    page.locator("input[name='vue'][value='nouveautes']").check(force=True)
    expect(page.locator("[data-list]")).to_contain_text("Rien de nouveau")
    assert_accessible(page)
    expect(page.locator("#map-problem")).to_be_hidden()


def test_the_sheet_of_a_phone_rises_and_falls_with_its_handle(visit: Visit) -> None:
    page, _cast = open_map(visit, width=PHONE)
    handle = page.get_by_role("button", name="Déplier ou replier la liste")
    expect(handle).to_have_attribute("aria-expanded", "false")
    handle.tap()
    expect(handle).to_have_attribute("aria-expanded", "true")
    page.locator("[data-list] [data-map-key]").first.tap()
    expect(page.locator("[data-card]")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_map_of_zones_can_be_used_by_everybody(visit: Visit, width: int, scheme: str) -> None:
    found = make_report()
    give(found, (1, Detail.ZONE))
    page = visit(found.scene.cast.police, width=width, scheme=scheme).opens("/partage/zones/carte/")
    page.wait_for_selector("#map[data-ready]")
    items = page.locator("[data-list] [data-map-key]")
    expect(items).to_have_count(2)
    assert_accessible(page)
    assert_fits(page)
    items.first.focus()
    page.keyboard.press("Enter")
    card = page.locator("[data-card]")
    expect(card).to_contain_text("12 sites")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator("#map-problem")).to_be_hidden()


def test_a_zone_of_the_map_opens_its_card(visit: Visit) -> None:
    found = make_report()
    give(found, (1, Detail.ZONE))
    page = visit(found.scene.cast.police).opens("/partage/zones/carte/")
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator("[data-list] [data-map-key]")).to_have_count(2)
    card = page.locator("[data-card]")
    page.locator(
        "[data-list] [data-map-key]"
    ).first.click()  # flies there: the zone is in the middle then
    expect(card).to_be_visible()
    page.locator("[data-close-card]").click()
    expect(card).to_be_hidden()
    page.wait_for_timeout(1_500)
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(card).to_contain_text("Les Tilleuls")


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_a_reader_of_files_goes_through_time_and_facts(
    visit: Visit, width: int, scheme: str
) -> None:
    cast = make_cast()
    before, after = make_round(cast, "Campagne 2025", 400), make_round(cast, "Campagne 2026", 30)
    publish(cast.amandier, {"N3": 4, "N4": 4, "S3": 2}, before.key, 390)
    publish(cast.amandier, {"N3": 3, "N4": 4, "S3": 3}, after.key, 20)
    with landlord_scope(cast.amandier.admin.principal):
        Incident.objects.create(
            site=cast.amandier.sites["N3"], family="TRAFIC", occurred_on=timezone.localdate()
        )
    with amended(cast) as draft:
        AnnexLine.objects.filter(annex=draft).update(detail=Detail.FILE)
    page = visit(cast.police, width=width, scheme=scheme).opens("/partage/carte/")
    page.wait_for_selector("#map[data-ready]")
    page.locator("#map-time").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-timeline-said]")).to_have_text("Campagne 2025")
    expect(page.locator("[data-list] [data-map-key]")).to_have_count(3)
    page.locator("input[name='vue'][value='evolution']").check(force=True)
    expect(page.locator("[data-list]")).to_contain_text("De Niveau 2 à Niveau 3")
    assert_accessible(page)
    assert_fits(page)
    page.locator("input[name='vue'][value='faits']").check(force=True)
    expect(page.locator("[data-list]")).to_contain_text("1 fait")
    assert_accessible(page)
    expect(page.locator("#map-problem")).to_be_hidden()
