"""A landlord's file from the page where it is sent to the page of its coverage, in a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tenants.jobs.runner import run_one
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import make_cast
from tests.imports.files import open_data, row, write_csv

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """No broker to wake; uploads go to the test's own folder."""
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    monkeypatch.setattr("tenants.jobs.broker.is_reachable", lambda: True)
    settings.MEDIA_ROOT = str(tmp_path / "media")


def send(page: Page, path: Path) -> None:
    """From the list, choose the file and send it."""
    page.get_by_role("main").get_by_role("link", name="Importer un fichier").first.click()
    page.get_by_label("Fichier").set_input_files(path)
    page.get_by_role("button", name="Envoyer le fichier").click()


@pytest.mark.open_data
def test_the_real_file_goes_through_the_pages(visit: Visit) -> None:
    path = open_data("rpls_2018_cannes_xy.csv")
    page = visit(make_cast().amandier.admin).opens("/imports/")
    send(page, path)
    expect(page.get_by_text("RPLS 2018 (47 colonnes)")).to_be_visible()
    expect(page.get_by_label("NOMVOIE", exact=True)).to_have_value("street")
    assert_accessible(page)
    page.get_by_role("button", name="Essayer à blanc").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_role("heading", name="Ce que l’import ferait")).to_be_visible(timeout=15_000)
    assert_accessible(page)
    page.get_by_role("button", name="Appliquer l’import").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="Couverture")).to_be_visible(timeout=15_000)
    main = page.get_by_role("main")
    expect(main).to_contain_text("6\u202f374")
    expect(main).to_contain_text("Zéro initial du code de commune remis")
    assert_accessible(page)
    page.get_by_role("link", name="À vérifier").click()
    expect(main).to_contain_text("7190-01-01")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger (CSV)").click()
    assert "LE CANOTIER B" in Path(download.value.path()).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_can_be_used_by_everybody(
    visit: Visit, tmp_path: Path, scheme: str, width: int
) -> None:
    page = visit(make_cast().amandier.admin, width=width, scheme=scheme).opens("/imports/")

    def hold() -> None:
        assert_accessible(page)
        assert_fits(page)

    hold()
    send(page, write_csv(tmp_path / "patrimoine.csv", [row(), row(), row(), row(insee="x")]))
    expect(page.get_by_role("button", name="Essayer à blanc")).to_be_visible()
    hold()
    page.get_by_role("button", name="Essayer à blanc").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    hold()
    assert run_one("jobs")
    expect(page.get_by_role("heading", name="Ce que l’import ferait")).to_be_visible(timeout=15_000)
    hold()
    if pictures := os.environ.get("PICTURES"):
        page.screenshot(path=f"{pictures}/trial-{scheme}-{width}.png", full_page=True)
    page.get_by_role("button", name="Appliquer l’import").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="Couverture")).to_be_visible(timeout=15_000)
    hold()
    page.goto(page.url.split("/imports/")[0] + "/imports/")
    expect(page.get_by_role("link", name="patrimoine.csv")).to_be_visible()
    hold()


def test_a_wrong_file_is_refused_in_plain_words(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    visitor = visit(make_cast().amandier.admin)
    page = visitor.opens("/imports/")
    send(page, path)
    expect(page.get_by_role("main")).to_contain_text("n’est pas un tableau")
    assert_accessible(page)
    # The browser logs the refusal's status 422; it is the answer that this test wants.
    visitor.complaints[:] = [line for line in visitor.complaints if "422" not in line]
