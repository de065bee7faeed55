"""Every page of every role, on a telephone and at a desk: `make pages`. Not part of the suite, which runs a small one.

A page whose main part is word for word what another role has been shown is looked at once.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.pages.listing import Place, content_of, get_routes, places, why_no_page
from tests.pages.looking import WIDTHS, Looked, at, look
from tests.proof.world import World

pytestmark = pytest.mark.browser
RESULT: Final = Path(settings.ROOT) / "build" / "pages" / "pages.json"


def test_every_page_of_every_role(address: str, chromium: Browser, small_world: World) -> None:
    began = time.monotonic()
    listed = list(places(small_world))
    wanted = distinct(small_world, listed)
    looked = Looked()
    for width in WIDTHS:
        for name, reader in small_world.readers.items():
            mine = [place for place in wanted if place.reader == name]
            if not mine:
                continue
            with at(chromium, address, reader, width) as page:
                for place in mine:
                    look(page, address, place, width, looked)
    faults = [
        {"route": route, "reader": reader, "width": width, "faults": found}
        for (route, reader, width), found in sorted(looked.faults.items())
    ]
    summary = {
        "routes": len(looked.routes), "pages_of_roles": len(listed), "distinct": len(wanted), "opened": looked.opened,
        "widths": list(WIDTHS), "pages_with_faults": len(faults), "seconds": round(time.monotonic() - began),
    }  # fmt: skip
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(summary | {"faults": faults}, ensure_ascii=False, indent=1))
    print(json.dumps(summary))
    assert faults == []


def distinct(world: World, listed: list[Place]) -> list[Place]:
    """One place for each main part; every role's first page always, for what stands around it."""
    seen: set[tuple[str, str]] = set()
    met: set[str] = set()
    chosen = []
    clients = {name: reader.client() for name, reader in world.readers.items()}
    for place in listed:
        answer = clients[place.reader].get(place.path)
        if answer.status_code != 200 or answer.streaming:
            continue
        key = (place.route, content_of(answer.content.decode()))
        if key in seen and place.reader in met:
            continue
        seen.add(key)
        met.add(place.reader)
        chosen.append(place)
    return chosen


def test_every_route_that_answers_is_a_page_or_says_what_it_is(small_world: World) -> None:
    """A new page is opened by `make pages` without a word here; whatever else answers GET has an entry in NOT_PAGES."""
    listed = list(places(small_world))
    found = {place.route: place for place in reversed(listed)}
    clients = {name: reader.client() for name, reader in small_world.readers.items()}
    no_page = []
    for route in get_routes():
        if why_no_page(route):
            assert route not in found
            continue
        if route not in found:
            no_page.append(f"{route}: no reader of the proof's world may open it")
            continue
        opened = [
            place
            for place in listed
            if place.route == route and _is_page(clients[place.reader], place.path)
        ]
        if not opened:
            no_page.append(f"{route}: answers no page to {found[route].reader}")
    assert no_page == [], "\n".join(no_page)


def _is_page(client: object, path: str) -> bool:
    answer = client.get(path)  # type: ignore[attr-defined]
    text = b"" if answer.streaming else answer.content
    return bool(
        answer.status_code == 200
        and answer["Content-Type"].startswith("text/html")
        and b"<html" in text
    )
