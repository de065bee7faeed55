"""Open pages as their readers do, at a width, and note what stands in somebody's way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from tests.browser.accessibility import violations
from tests.browser.keyboard import keyboard_faults
from tests.pages.listing import Place
from tests.proof.world import Reader

WIDTHS: Final = {360: 780, 1366: 820}  # telephone and desk, with their heights
SETTLED: Final = "() => document.fonts.ready.then(() => !document.querySelector('.htmx-request'))"
TOO_WIDE: Final = (
    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
)


@dataclass
class Looked:
    """What was opened and what was found, by (route, reader, width)."""

    opened: int = 0
    routes: set[str] = field(default_factory=set)
    faults: dict[tuple[str, str, int], list[str]] = field(default_factory=dict)


@contextmanager
def at(browser: Browser, address: str, reader: Reader, width: int) -> Iterator[Page]:
    """A browser window of that width in which the reader is logged in."""
    phone = width < 600
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, locale="fr-FR", is_mobile=phone, has_touch=phone,
        reduced_motion="reduce",
    )  # fmt: skip
    cookie = reader.client().cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is not None:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    try:
        yield context.new_page()
    finally:
        context.close()


def look(page: Page, address: str, place: Place, width: int, looked: Looked) -> None:
    """Open the page; note what axe, the width and the keyboard find."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A telephone that was never activated asks for its list all the same; the browser remarks on the answer.
        if message.type == "error" and not (place.route == "saisie/" and "401" in message.text):
            said.append(f"the browser says: {message.text}")

    page.on("console", hear)
    try:
        page.goto(address + place.path)
        page.wait_for_function(SETTLED)
        page.wait_for_timeout(150)
        if page.locator(
            "#map"
        ).count():  # its list is drawn again until everything in view is there
            page.wait_for_selector("#map[data-ready]", state="attached")
            page.wait_for_timeout(300)
        faults = violations(page)
        wide = int(page.evaluate(TOO_WIDE))
        if wide > 0:
            faults.append(f"scrolls sideways by {wide} px")
        faults += keyboard_faults(page)
    except Error as failure:
        faults = [f"does not open: {failure.message.splitlines()[0]}"]
    page.remove_listener("console", hear)
    looked.opened += 1
    looked.routes.add(place.route)
    if faults or said:
        looked.faults[place.route, place.reader, width] = faults + said
