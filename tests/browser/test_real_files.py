"""The real register files of Cannes through the pages: a mapping made once comes back, an undo leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tenants.jobs.runner import run_one
from tests.browser.conftest import Visit
from tests.browser.test_import import apart as apart
from tests.browser.test_import import send
from tests.cast import make_cast
from tests.conftest import superuser
from tests.imports.files import open_data
from tests.imports.test_trial_and_undo import OWN_TABLES

pytestmark = [pytest.mark.browser, pytest.mark.open_data]
NOT_COMPARED = (*OWN_TABLES, "django_session", "spatial_ref_sys")
WAIT = 15_000


def whole_database() -> dict[str, Any]:
    """Rows and one digest of each table of every landlord and of everybody, read past the wall."""
    base = superuser().connect(str(settings.DATABASES["default"]["NAME"]))
    held: dict[str, Any] = {}
    with base.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
        )
        for schema, table in cursor.fetchall():
            if not table.startswith(NOT_COMPARED):
                cursor.execute(
                    "SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) "
                    f'FROM "{schema}"."{table}" t'
                )
                held[f"{schema}.{table}"] = cursor.fetchone()
    base.close()
    return held


def different(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables that are not row for row what they were."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def through_the_worker(page: Page, button: str) -> None:
    """Press, and let the worker do what was asked."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("En attente")).to_be_visible()
    assert run_one("jobs")


@pytest.mark.parametrize("name", ["rpls_2018_cannes.csv", "rpls_2018_cannes_xy.csv"])
def test_a_mapping_comes_back_and_an_undo_leaves_nothing(visit: Visit, name: str) -> None:
    path = open_data(name)
    page = visit(make_cast().amandier.admin).opens("/imports/")
    before = whole_database()

    send(page, path)
    year = page.get_by_label("CONSTRUCT", exact=True)
    expect(year).to_have_value("construction_year")
    year.select_option("")  # said by hand: not what the product proposes for this layout
    expect(page.get_by_label("NOMVOIE", exact=True)).to_have_value("street")
    through_the_worker(page, "Essayer à blanc")
    expect(page.get_by_role("heading", name="Ce que l’import ferait")).to_be_visible(timeout=WAIT)
    assert different(before, whole_database()) == set()

    through_the_worker(page, "Appliquer l’import")
    undo = page.get_by_role("button", name="Annuler cet import")
    expect(undo).to_be_visible(timeout=WAIT)
    assert different(before, whole_database()) >= {"public.tenants_site", "public.tenants_address"}

    undo.click()
    expect(page.get_by_text("Cet import a été annulé")).to_be_visible(timeout=WAIT)
    assert different(before, whole_database()) == set()

    page.get_by_role("link", name="Imports").first.click()
    send(page, path)
    expect(page.get_by_label("NOMVOIE", exact=True)).to_have_value("street")
    expect(page.get_by_label("CONSTRUCT", exact=True)).to_have_value("")
