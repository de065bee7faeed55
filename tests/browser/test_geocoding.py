"""Addresses without a position through their page, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tenants.geocoding.models import BanAddress
from tenants.jobs.runner import run_one
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.test_records_import import hold
from tests.cast import make_cast
from tests.geocoding.test_geocoding import known, lacking

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_addresses_are_found_placed_and_taken_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, settings: Any, width: int, scheme: str
) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    settings.ORSEN_GEOCODER_URL = "https://adresses.exemple.test/geocodage"
    cast = make_cast()
    BanAddress.objects.all().delete()
    known("7")
    lacking(cast.amandier, "7")
    lacking(cast.amandier, "7 ter", site="N2")
    lacking(cast.amandier, "3", "RUE NEUVE", "N3")
    page = visit(cast.amandier.admin, width=width, scheme=scheme).opens("/sites/")
    hold(page, "sites")
    page.get_by_role("main").get_by_role("link", name="Géocodage").click()
    hold(page, "geocodage-depart")
    page.get_by_role("button", name="Géocoder").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_role("heading", name="À placer")).to_be_visible(timeout=15_000)
    hold(page, "geocodage-doutes")
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_role("button", name="Accepter")).to_have_count(0)
    page.get_by_label("Latitude").fill("48.85")
    page.get_by_label("Longitude").fill("2.35")
    page.get_by_label("Longitude").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="À placer")).to_have_count(0)
    hold(page, "geocodage-fini")
    page.get_by_role("button", name="Annuler").first.click()
    expect(page.get_by_role("heading", name="À placer")).to_be_visible()
