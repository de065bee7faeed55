"""A small part of `make pages`, and the faults that it has to find."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.keyboard import keyboard_faults
from tests.pages.listing import places, unknown_entries
from tests.pages.looking import WIDTHS, Looked, at, look
from tests.proof.world import World

# One page of each kind of organisation and one before the door; the whole is `make pages`.
SMALL = {
    "landlord_admin": "contre-visites/",
    "partner_correspondent": "copies/verifier/",
    "nobody": "compte/login/",
}


def test_what_is_no_page_names_routes_that_exist() -> None:
    assert unknown_entries() == []


@pytest.mark.browser
def test_a_few_pages_can_be_used_by_everybody(
    address: str, chromium: Browser, small_world: World
) -> None:
    listed = list(places(small_world))
    looked = Looked()
    for width in WIDTHS:
        for name, route in SMALL.items():
            place = next(each for each in listed if (each.reader, each.route) == (name, route))
            with at(chromium, address, small_world.readers[name], width) as page:
                look(page, address, place, width, looked)
    assert looked.opened == len(SMALL) * len(WIDTHS)
    assert looked.faults == {}


FAULTY = {
    "answers the mouse alone": '<main><div hx-get="/x/">Ouvrir</div></main>',
    "nothing shows the focus": "<style>a{outline:0 !important}</style><main><a href='#x'>Lien</a></main>",
    "not reached by Tab": "<main><a href='#a' id='a'>Un</a><a href='#b'>Deux</a></main><script>"
    "document.getElementById('a').addEventListener('keydown', e => e.preventDefault())</script>",
}


@pytest.mark.browser
@pytest.mark.parametrize("fault", FAULTY)
def test_what_the_keyboard_cannot_use_is_found(chromium: Browser, fault: str) -> None:
    page = chromium.new_page()
    page.set_content(f"<!doctype html><html lang=fr><title>Page</title>{FAULTY[fault]}</html>")
    assert any(each.startswith(fault) for each in keyboard_faults(page))
    page.set_content(
        "<!doctype html><html lang=fr><main><a href='#a'>Un</a> <button>Deux</button></main></html>"
    )
    assert keyboard_faults(page) == []
    page.close()
