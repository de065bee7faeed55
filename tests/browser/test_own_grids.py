"""The pages of a landlord's own grid, and a site rated with it, at a desk and on a phone, light and dark."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.owngrids import services
from tenants.owngrids.models import OwnGrid
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import Cast, make_cast
from tests.owngrids.conftest import five_levels, launch, publish

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(server: str) -> Cast:
    """The fixed cast, committed."""
    return make_cast()


def begun(cast: Cast) -> OwnGrid:
    """A draft, as the page makes it."""
    principal = cast.amandier.security.principal
    with landlord_scope(principal):
        return services.begin(principal)


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")])  # fmt: skip
def test_every_page_can_be_used_by_everybody(
    cast: Cast, visit: Visit, width: int, scheme: str
) -> None:
    published = publish(cast, five_levels())
    campaign, draft = launch(cast, published), begun(cast)
    rating = reverse("rate-site", args=[campaign.key, cast.amandier.sites["N3"].key])
    pages = [
        reverse("own-grid-list"), reverse("own-grid", args=[draft.pk]), reverse("own-grid", args=[published.pk]),
        reverse("own-grid-preview", args=[published.pk]), rating, reverse("campaign-create"),
    ]  # fmt: skip
    visitor = visit(cast.amandier.security, width=width, scheme=scheme)
    for address in pages:
        page = visitor.opens(address)
        assert_fits(page)
        assert_accessible(page)
