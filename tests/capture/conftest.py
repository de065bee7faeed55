"""An open campaign of Bailleur Amandier, and the caretaker's telephone."""

from __future__ import annotations

import pytest

from tenants.campaigns.models import Campaign
from tests.campaigns.conftest import campaign, draft, grid
from tests.capture.telephone import Telephone, activated
from tests.cast import Cast

__all__ = ["campaign", "draft", "grid"]


@pytest.fixture
def telephone(cast: Cast, campaign: Campaign) -> Telephone:
    """The caretaker's, activated; her only site is N3."""
    return activated(cast.amandier)
