"""A grid of Bailleur Amandier with five levels and a question of its own, an open campaign on it, a telephone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.grids import read_grid
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import create_campaign, open_campaign
from tenants.campaigns.services.launching import current_grid
from tenants.owngrids import services
from tenants.owngrids.definition import COMMON, OWN, from_common
from tenants.owngrids.models import OwnGrid
from tests.campaigns.conftest import grid
from tests.cast import Cast

__all__ = ["grid"]
SECRET = "Clapotis"  # a word that is nowhere but in this grid


def five_levels(rule: str = OWN) -> dict[str, Any]:
    """Five levels on the four common ones; q5 has no equivalent, q1 a third answer that imposes the last level."""
    definition = from_common(read_grid(current_grid()))
    said = (("Vert", 1), ("Jaune", 2), (SECRET, 2), ("Orange", 3), ("Rouge", 4))
    definition |= {
        "title": f"Baromètre {SECRET}",
        "rule": rule,
        "levels": [
            {"label": label, "text": f"{label}, en clair", "common": common, "from": 3 * place}
            for place, (label, common) in enumerate(said)
        ],
    }
    definition["criteria"][0]["options"][3]["least"] = 5
    definition["criteria"].append({
        "code": "q5", "label": f"Présence {SECRET}", "question": "L’équipe est-elle vue ?", "help": "", "equivalent": "",
        "weight": 2, "options": [{"label": each, "example": "", "degree": 1, "least": 1} for each in ("Oui", "Non")],
    })  # fmt: skip
    return definition


def publish(cast: Cast, definition: dict[str, Any]) -> OwnGrid:
    """Written and published by Amandier's security direction."""
    principal = cast.amandier.security.principal
    with landlord_scope(principal):
        draft = services.begin(principal)
        services.change(principal, draft, definition)
        services.publish(principal, services.own_grid_of(principal, draft.pk))
        return services.own_grid_of(principal, draft.pk)


def launch(cast: Cast, own: OwnGrid | None) -> Campaign:
    """A campaign of Amandier, open, on that grid."""
    today, principal = timezone.localdate(), cast.amandier.admin.principal
    with landlord_scope(principal):
        made = create_campaign(
            principal,
            name="Campagne propre",
            reference_date=today - dt.timedelta(days=10),
            opens_on=today - dt.timedelta(days=5),
            closes_on=today + dt.timedelta(days=20),
            own_grid=own,
        )
        open_campaign(principal, made)
        made.refresh_from_db()
    return made


@pytest.fixture
def own(cast: Cast, grid: None) -> OwnGrid:
    """Published, with a rule of its own."""
    return publish(cast, five_levels())


@pytest.fixture
def campaign(cast: Cast, own: OwnGrid) -> Campaign:
    """Open, on that grid."""
    return launch(cast, own)


__all__ += ["COMMON"]
