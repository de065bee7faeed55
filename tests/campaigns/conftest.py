"""A campaign of Bailleur Amandier, open over its six sites, and ratings to decide on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Assessment, Campaign, Grid
from tenants.campaigns.services import (
    Submission,
    create_campaign,
    open_campaign,
    submit_assessment,
)
from tests.cast import Cast, Member

ANSWERS = {
    1: {"nature_gravity": 1, "frequency": 1, "equipment": 1, "service": 1},
    2: {"nature_gravity": 2, "frequency": 2, "equipment": 1, "service": 1},
    3: {"nature_gravity": 3, "frequency": 2, "equipment": 2, "service": 2},
    4: {"nature_gravity": 4, "frequency": 4, "equipment": 3, "service": 3},
}
Rate = Callable[..., Assessment]


@pytest.fixture
def grid(db: None) -> None:
    """Tests that really commit empty every table behind them, the shipped grid included."""
    load_grids(Grid, "default")


@pytest.fixture
def draft(cast: Cast, grid: None) -> Campaign:
    """In preparation."""
    today = timezone.localdate()
    with landlord_scope(cast.amandier.admin.principal):
        return create_campaign(
            cast.amandier.admin.principal,
            name="Campagne 2026",
            reference_date=today - dt.timedelta(days=10),
            opens_on=today - dt.timedelta(days=5),
            closes_on=today + dt.timedelta(days=20),
        )


@pytest.fixture
def campaign(cast: Cast, draft: Campaign) -> Campaign:
    """Open."""
    with landlord_scope(cast.amandier.admin.principal):
        open_campaign(cast.amandier.admin.principal, draft)
        draft.refresh_from_db()
    return draft


@pytest.fixture
def rate(cast: Cast, campaign: Campaign) -> Rate:
    """Rate a site of Amandier by its code: `rate("N3", 4)`, by the caretaker's agency director unless told."""

    def rated(code: str, level: int, by: Member | None = None, **said: object) -> Assessment:
        principal = (by or cast.amandier.director).principal
        submission = Submission(key=uuid.uuid4(), criteria=ANSWERS[level], **said)  # type: ignore[arg-type]
        with landlord_scope(principal):
            return submit_assessment(
                principal, campaign, cast.amandier.sites[code], submission
            ).assessment

    return rated
