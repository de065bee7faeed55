"""Facts, past campaigns and pre-filled files through their pages, in a browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tenants.access import landlord_scope
from tenants.barometers.definition import EXAMPLE
from tenants.barometers.services import keep
from tenants.jobs.runner import run_one
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.test_import import apart as apart
from tests.cast import make_cast
from tests.imports.records import FACTS, RATINGS
from tests.imports.test_prefilled_file import opened

pytestmark = pytest.mark.browser
LOOKS = pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESK, "light")])


def hold(page: Page, name: str) -> None:
    """Everybody can use the page, and it fits; its picture is kept where PICTURES says."""
    assert_accessible(page)
    assert_fits(page)
    if pictures := os.environ.get("PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)


@LOOKS
def test_facts_are_sent_their_words_explained_and_undone(
    visit: Visit, tmp_path: Path, width: int, scheme: str
) -> None:
    path = tmp_path / "faits.csv"
    path.write_bytes(FACTS)
    page = visit(make_cast().amandier.admin, width=width, scheme=scheme).opens(
        "/imports/?contenu=faits"
    )
    hold(page, "imports-faits")
    page.get_by_role("main").get_by_role("link", name="Importer un fichier").first.click()
    expect(page.get_by_label("Contenu")).to_have_value("incidents")
    page.get_by_label("Fichier", exact=True).set_input_files(path)
    page.get_by_label("Source").fill("ORFI")
    hold(page, "imports-depot")
    page.get_by_role("button", name="Envoyer le fichier").click()
    expect(page.get_by_label("Type de fait", exact=True)).to_have_value("fact")
    hold(page, "imports-colonnes")
    page.get_by_role("button", name="Essayer à blanc").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_role("heading", name="Les mots de la source")).to_be_visible(timeout=15_000)
    hold(page, "imports-mots")
    page.get_by_label("Divers › Zzz").select_option("SERVICE_LIFT")
    page.get_by_role("button", name="Retenir et refaire l’essai").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_label("Divers › Zzz")).to_have_value("SERVICE_LIFT", timeout=15_000)
    page.get_by_role("button", name="Appliquer l’import").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    expect(page.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=15_000)
    hold(page, "imports-bilan")
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_text("Cet import a été annulé")).to_be_visible()


@LOOKS
def test_the_other_pages_hold(visit: Visit, tmp_path: Path, width: int, scheme: str) -> None:
    cast = make_cast()
    campaign = opened(cast.amandier)
    with landlord_scope(cast.amandier.admin.principal):
        profile = keep(cast.amandier.admin.principal, EXAMPLE)
    visitor = visit(cast.amandier.admin, width=width, scheme=scheme)
    page = visitor.opens(f"/campagnes/{campaign.key}/fichier/")
    page.get_by_role("button", name="Préparer le fichier").click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Fichiers préparés")).to_be_visible()
    hold(page, "prerempli")
    page = visitor.opens("/barometres/")
    hold(page, "barometres")
    page = visitor.opens(f"/barometres/{profile.pk}/")
    expect(page.get_by_role("heading", name="Ce que ce profil ne garde pas")).to_be_visible()
    hold(page, "barometre")
    page = visitor.opens("/sites/?croisement=niveau-4-sans-fait")
    expect(page.get_by_text("sans aucun fait saisi")).to_be_visible()
    hold(page, "croisement")
    path = tmp_path / "cotations.csv"
    path.write_bytes(RATINGS)
    page = visitor.opens("/imports/nouveau/?contenu=cotations")
    page.get_by_label("Fichier", exact=True).set_input_files(path)
    page.get_by_role("button", name="Envoyer le fichier").click()
    expect(page.get_by_role("heading", name="Où vont ces cotations")).to_be_visible()
    hold(page, "cotations-destination")
