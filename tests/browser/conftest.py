"""A real browser on a real server: Debian's Chromium, the product's own static files, committed data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page

from tests.cast import Member

PHONE, DESK = 390, 1366


@pytest.fixture
def server(committed: None) -> Iterator[str]:
    """The address of the product, served from this process; what tests write is really committed, then emptied."""
    if not (settings.ROOT / "frontend" / "dist" / "app.css").exists():
        pytest.fail("The front end is not built: run `make test`, or `npm run build` in frontend/.")
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@dataclass
class Visitor:
    """Somebody at a screen. `complaints` gathers what the browser says is wrong with the pages."""

    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str) -> Page:
        """Go to a page of the product and wait until it is quiet."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready")
        return self.page


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(server: str, chromium: Browser) -> Iterator[Visit]:
    """Open a browser: `visit(member, width=PHONE, scheme="dark")`. A page that complains fails the test."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def begin(member: Member | None = None, *, width: int = DESK, scheme: str = "light") -> Visitor:
        phone = width < 600
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if phone else 820},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="fr-FR",
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if member is not None:
            cookie = member.client().cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        visitor = Visitor(server, context.new_page())
        visitors.append(visitor)
        page = visitor.page
        page.on("pageerror", lambda error: visitor.complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                visitor.complaints.append(f"{page.url}: {said.text}")
                if said.type == "error"
                else None
            ),
        )
        return visitor

    yield begin
    for context in contexts:
        context.close()
    complaints = [line for visitor in visitors for line in visitor.complaints]
    assert not complaints, "\n".join(complaints)
