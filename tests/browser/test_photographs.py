"""A photograph joined to a rating and taken back, at a desk and on a telephone, by the page that confirms the rating."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tenants.access import landlord_scope
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Assessment, Grid
from tenants.campaigns.services import (
    Submission,
    create_campaign,
    open_campaign,
    submit_assessment,
)
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.campaigns.conftest import ANSWERS
from tests.cast import Cast, make_cast
from tests.photographs.conftest import telling

pytestmark = pytest.mark.browser


def rated(cast: Cast) -> Assessment:
    """A rating by the caretaker, committed."""
    load_grids(Grid, "default")
    admin, caretaker = cast.amandier.admin.principal, cast.amandier.caretaker.principal
    today = timezone.localdate()
    with landlord_scope(admin):
        campaign = create_campaign(
            admin,
            name="Campagne 2026",
            reference_date=today,
            opens_on=today,
            closes_on=today + dt.timedelta(days=9),
        )
        open_campaign(admin, campaign)
    said = Submission(key=uuid.uuid4(), criteria=ANSWERS[3])
    with landlord_scope(caretaker):
        return submit_assessment(caretaker, campaign, cast.amandier.sites["N3"], said).assessment


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_a_photograph_is_joined_seen_and_taken_back(
    visit: Visit, settings: Settings, tmp_path: Path, width: int, scheme: str
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cast = make_cast()
    visitor = visit(cast.amandier.caretaker, width=width, scheme=scheme)
    page = visitor.opens(f"/coter/recu/{rated(cast).key}/")
    page.get_by_text("Aucune personne, aucune plaque, aucun nom").wait_for()
    assert_accessible(page)
    chosen = tmp_path / "IMG_2041.jpg"
    chosen.write_bytes(telling())
    page.get_by_label("Joindre une photographie").set_input_files(chosen)
    page.get_by_role("button", name="Joindre la photographie").click()
    picture = page.get_by_role("img", name="Photographie jointe à la cotation")
    picture.wait_for()
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('figure img').naturalHeight === 640")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Retirer la photographie").click()
    page.get_by_text("La photographie est retirée").wait_for()
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []
    assert visitor.complaints == []
