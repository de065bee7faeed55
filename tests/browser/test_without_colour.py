"""A rating page without colour: every level has its shape and its digit, every state its text or a mark of its own.

Seen twice: with all colours turned to greys (the emulation of achromatopsia) and with the system's few colours alone
(forced-colors), where borders, backgrounds and shadows of ours are gone.
"""

from __future__ import annotations

import io
from itertools import combinations

import pytest
from django.urls import reverse
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Visit, Visitor
from tests.browser.test_landlord_pages import Scene, scene

__all__ = ["scene"]
pytestmark = pytest.mark.browser
WAYS = ("greys", "forced colours")
# Two greys that a person tells apart at a glance, and how many points of a control have to differ by as much.
STEP, POINTS = 96, 24
NO_SHAPES = ".level__shape, .level__digit { display: none !important }"
NO_MARKS = """
.choice > input { opacity: 0 !important } .choice::after { display: none !important }
.choice, .choice:has(input:checked) {
  border: 1.5px solid CanvasText !important; background: Canvas !important; box-shadow: none !important;
}
"""
SHAPES = """labels => labels.map(label => {
  const drawn = [...label.querySelectorAll('.level__shape *')].filter(each => each.getBoundingClientRect().width > 0);
  const digit = label.querySelector('.level__digit');
  const isSeen = digit && digit.getClientRects().length > 0;
  return [drawn.map(each => each.cloneNode().outerHTML).join(''), isSeen ? digit.innerText.trim() : ''];
})"""


def without_colour(page: Page, way: str) -> None:
    """Take the colours away from what the page shows from now on."""
    if way == "greys":
        page.context.new_cdp_session(page).send(
            "Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"}
        )
    else:
        page.emulate_media(forced_colors="active")


def restyle(page: Page, rules: str) -> None:
    """Add rules to the page, as its own security policy lets a script do."""
    page.evaluate(
        """rules => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules);
                      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }""",
        rules,
    )


def levels_told_apart(page: Page) -> list[str]:
    """What is wrong with the four levels to choose from: each wants a digit, and a shape that no other has."""
    drawn = page.locator(".choices--4 > .choice").evaluate_all(SHAPES)
    faults = [
        f"level {number} shows {digit!r}"
        for number, (_shape, digit) in enumerate(drawn, 1)
        if digit != str(number)
    ]
    faults += [f"level {n} has no shape" for n, (shape, _digit) in enumerate(drawn, 1) if not shape]
    faults += [
        f"levels {one} and {other} share a shape"
        for (one, (shape, _)), (other, (again, _)) in combinations(enumerate(drawn, 1), 2)
        if shape and shape == again
    ]
    return faults if len(drawn) == 4 else ["the page does not offer four levels"]


def seen(control: Locator) -> Image.Image:
    """The control in greys, away from the pointer and without the focus."""
    control.page.mouse.move(0, 0)
    control.page.evaluate("document.activeElement.blur()")
    return Image.open(io.BytesIO(control.screenshot(animations="disabled"))).convert("L")


def differing(before: Image.Image, after: Image.Image) -> int:
    """How many points of two pictures of one control lie a clear step of grey apart."""
    size = (min(before.width, after.width), min(before.height, after.height))
    apart = ImageChops.difference(before.crop((0, 0, *size)), after.crop((0, 0, *size)))
    return sum(apart.histogram()[STEP:])


def marks_missing(page: Page) -> list[str]:
    """Kinds of answers that look the same chosen or not."""
    missing = []
    for kind, name, value in (
        ("an answer", "nature_gravity", "2"),
        ("a level", "level", "3"),
        ("a tick", "ticks", None),
    ):
        box = page.locator(f"input[name={name}]" + (f"[value='{value}']" if value else "")).first
        control = page.locator(".choice").filter(has=box).first
        control.scroll_into_view_if_needed()
        before = seen(control)
        box.check(force=True)
        if differing(before, seen(control)) < POINTS:
            missing.append(kind)
    return missing


def opened(visit: Visit, scene: Scene, way: str) -> Visitor:
    """The rating page of one site, everything unfolded, without colour."""
    site = scene.cast.amandier.sites["N3"].key
    visitor = visit(scene.cast.amandier.caretaker, width=PHONE)
    page = visitor.opens(reverse("rate-site", args=(scene.campaign.key, site)))
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    without_colour(page, way)
    return visitor


@pytest.mark.parametrize("way", WAYS)
def test_a_rating_page_works_without_colour(visit: Visit, scene: Scene, way: str) -> None:
    visitor = opened(visit, scene, way)
    page = visitor.page
    assert levels_told_apart(page) == []
    assert marks_missing(page) == []
    page.get_by_role("button", name="Envoyer la cotation").tap()  # three answers are missing
    alert = page.locator(".message--error")
    expect(alert).to_contain_text("Il manque une réponse")
    expect(alert.locator("svg")).to_be_visible()
    errors = page.locator("fieldset .field__error")
    assert errors.count() >= 3
    for error in errors.all():
        expect(error.locator("svg")).to_be_visible()
        assert error.inner_text().strip()
    # The answer is a refusal (422), on which the browser remarks.
    assert all("422" in line for line in visitor.complaints)
    visitor.complaints.clear()


@pytest.mark.parametrize("way", WAYS)
def test_the_suggestion_says_its_level_without_colour(visit: Visit, scene: Scene, way: str) -> None:
    page = opened(visit, scene, way).page
    for question in ("nature_gravity", "frequency", "equipment", "service"):
        page.locator(f"input[name={question}][value='3']").check(force=True)
    proposal = page.locator("#proposition")
    expect(proposal).to_contain_text("La grille propose le niveau 3")
    expect(proposal.locator(".level__shape")).to_be_visible()
    expect(proposal.locator(".level__digit")).to_have_text("3")


@pytest.mark.parametrize("way", WAYS)
def test_what_only_colour_says_is_found(visit: Visit, scene: Scene, way: str) -> None:
    page = opened(visit, scene, way).page
    restyle(page, NO_SHAPES)
    assert "level 4 has no shape" in levels_told_apart(page)
    assert "level 1 shows ''" in levels_told_apart(page)
    restyle(page, NO_MARKS)
    assert "a level" in marks_missing(page)
