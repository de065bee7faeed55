"""The stock beside the register through its pages, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tenants.jobs.runner import run_one
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.test_records_import import hold
from tests.cast import make_cast
from tests.register.test_comparison import known, owned

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_a_missing_value_is_taken_over_and_given_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, width: int, scheme: str
) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    cast = make_cast()
    for number in ("1", "2", "3"):
        known(number)
    owned(cast.amandier, "1", dwellings=0, construction_year=None)
    owned(cast.amandier, "2", dwellings=14)
    page = visit(cast.amandier.admin, width=width, scheme=scheme).opens("/sites/")
    page.get_by_role("main").get_by_role("link", name="Comparer au répertoire").click()
    hold(page, "repertoire-communes")
    page.get_by_role("link", name="Aubépine").click()
    hold(page, "repertoire-differences")
    page.get_by_role("link", name="À compléter").click()
    hold(page, "repertoire-a-completer")
    page.get_by_role("button", name="Compléter les adresses cochées").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_text("positions\u00a0: 0")).to_be_visible(timeout=15_000)
    hold(page, "repertoire-complete")
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("remise comme avant")).to_be_visible()
