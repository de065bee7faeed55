"""The landlord's pages in a real browser: usable by everybody, at a desk and on a phone; a rating in six taps."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tenants.access import landlord_scope
from tenants.calibration.models import Vignette
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Assessment, Campaign, CounterVisit, Grid
from tenants.campaigns.services import (
    Submission,
    create_campaign,
    open_campaign,
    submit_assessment,
    validate,
)
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.campaigns.conftest import ANSWERS
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.browser


@dataclass
class Scene:
    """A landlord in the middle of a campaign."""

    cast: Cast
    campaign: Campaign
    visit: CounterVisit


@pytest.fixture
def scene(server: str) -> Scene:
    """An open campaign, ratings to decide on, a counter-visit to do."""
    load_grids(Grid, "default")
    cast = make_cast()
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        campaign = create_campaign(
            admin,
            name="Campagne 2026",
            reference_date=today,
            opens_on=today,
            closes_on=today + dt.timedelta(days=20),
        )
        open_campaign(admin, campaign)

        def rate(code: str, answers: int, **more: object) -> Assessment:
            said = Submission(uuid.uuid4(), ANSWERS[answers], **more)  # type: ignore[arg-type]
            return submit_assessment(admin, campaign, cast.amandier.sites[code], said).assessment

        rate("N1", 1)
        rate("N2", 2, ticks=["dumping"], internal_comment="Encombrants au pied du 4")
        rate("S3", 3, level=2, reason_to_differ="Faits cessés depuis l’été")
        visit = validate(admin, rate("N4", 4))
    assert visit is not None
    return Scene(cast, campaign, visit)


def addresses(scene: Scene) -> list[str]:
    """The pages of somebody who manages."""
    site = scene.cast.amandier.sites["N2"].key
    return [
        reverse("landlord-home"),
        reverse("rate-list"),
        reverse("grid-aid"),
        reverse("rate-site", args=(scene.campaign.key, site)),
        reverse("campaign-list"),
        reverse("campaign-create"),
        reverse("campaign-detail", args=(scene.campaign.key,)),
        reverse("calibration"),
        reverse("calibration-answer", args=(Vignette.objects.order_by("number")[0].pk,)),
        reverse("counter-visit-list"),
        reverse("counter-visit", args=(scene.visit.pk,)),
        reverse("site-list"),
        reverse("own-extract"),
        reverse("data-dictionary"),
        reverse("site-detail", args=(site,)),
        reverse("incident-list"),
        reverse("incident-create", args=(site,)),
        reverse("intervention-list"),
        reverse("intervention-create", args=(site,)),
        reverse("lever-list"),
        reverse("guide"),
        reverse("lever-create"),
        reverse("evolution"),
        reverse("watch-list"),
        reverse("watch", args=(site,)),
    ]


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "light"), (PHONE, "dark")])
def test_every_page_can_be_used_by_everybody(
    visit: Visit, scene: Scene, width: int, scheme: str
) -> None:
    visitor = visit(scene.cast.amandier.security, width=width, scheme=scheme)
    for address in addresses(scene):
        page = visitor.opens(address)
        assert_fits(page)
        assert_accessible(page)


def test_a_site_is_rated_in_six_taps_with_the_suggestion_shown(visit: Visit, scene: Scene) -> None:
    page = visit(scene.cast.amandier.caretaker, width=PHONE).opens(reverse("rate-list"))
    taps = 0
    page.get_by_role("link", name="Résidence N3").tap()
    taps += 1
    for answer in ("Des faits graves, ou un trafic visible", "Réguliers", "Dégradations légères"):
        page.get_by_text(answer).tap()
        taps += 1
    expect(page.get_by_text("quatre réponses (3 sur 4)")).to_be_visible()
    page.get_by_text("Oui, avec des précautions").tap()
    taps += 1
    expect(page.get_by_text("La grille propose le niveau 3")).to_be_visible()
    page.get_by_role("button", name="Envoyer la cotation").tap()
    taps += 1
    expect(page.get_by_role("heading", name="Cotation reçue")).to_be_visible()
    assert taps == 6
    with landlord_scope(scene.cast.amandier.admin.principal):
        kept = Assessment.objects.get(rated_by=scene.cast.amandier.caretaker.user)
    assert (kept.level, kept.site_id) == (3, scene.cast.amandier.sites["N3"].pk)


def test_the_aid_table_is_one_tap_away_and_gives_the_answers_back(
    visit: Visit, scene: Scene
) -> None:
    site = scene.cast.amandier.sites["N3"].key
    address = reverse("rate-site", args=(scene.campaign.key, site))
    page = visit(scene.cast.amandier.caretaker, width=PHONE).opens(address)
    page.get_by_text("Quotidiens").tap()
    page.get_by_role("button", name="Aide", exact=True).tap()
    aid = page.get_by_role("dialog", name="Aide à la classification")
    expect(aid.get_by_text("Site très sensible")).to_be_visible()
    assert_accessible(page)
    aid.get_by_role("button", name="Revenir à la cotation").tap()
    expect(aid).to_be_hidden()
    assert page.locator("input[name=frequency]:checked").get_attribute("value") == "4"


def test_a_campaign_is_closed_after_a_confirmation(visit: Visit, scene: Scene) -> None:
    address = reverse("campaign-detail", args=(scene.campaign.key,))
    page = visit(scene.cast.amandier.security).opens(address)
    page.get_by_role("button", name="Clore").click()
    dialog = page.get_by_role("dialog", name="Clore la campagne ?")
    expect(dialog.get_by_text("3 cotations attendent une décision")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Clore").click()
    expect(page.get_by_text("La campagne est close")).to_be_visible()
    expect(page.get_by_role("button", name="Publier")).to_be_visible()


def test_the_map_lists_what_it_shows_and_opens_a_card(visit: Visit, scene: Scene) -> None:
    page = visit(scene.cast.amandier.director).opens(reverse("landlord-map"))
    page.wait_for_selector("#map[data-ready=true]", timeout=20_000)
    page.locator("[data-list]").get_by_role("link", name="Résidence N4").click()
    expect(page.get_by_role("link", name="Ouvrir la fiche")).to_be_visible()
    expect(page.get_by_text("Contre-visite à faire")).to_be_visible()
