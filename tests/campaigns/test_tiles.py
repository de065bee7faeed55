"""One validated rating shows on the landlord's tile at the next request; partners wait for the publication."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
from django.urls import reverse

from sharing.access.models import number_of
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import close, publish, validate
from tests.campaigns.conftest import Rate
from tests.cast import X0, Y0, Cast, Member
from tests.tenants.test_landlord_map import tile_of


def levels(member: Member, route: str) -> dict[int, int]:
    z, x, y = tile_of(X0 + 1_500, Y0 + 1_500, 13)
    answer: Any = member.client().get(reverse(route, args=(z, x, y)))
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    points = layers.get("points", {"features": []})["features"]
    return {each["id"]: each["properties"]["level"] for each in points}


def test_a_validated_rating_shows_at_the_next_request(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    site, landlord = cast.amandier.sites["N3"], cast.amandier
    number = number_of(site.key)
    assert levels(landlord.admin, "landlord-tiles")[site.pk] == 3
    assert levels(cast.police, "shared-tile")[number] == 3
    rating = rate("N3", 2)
    assert levels(landlord.admin, "landlord-tiles")[site.pk] == 3
    with landlord_scope(landlord.director.principal):
        validate(landlord.director.principal, rating)
    assert levels(landlord.admin, "landlord-tiles")[site.pk] == 2
    assert levels(cast.police, "shared-tile")[number] == 3
    with landlord_scope(landlord.admin.principal):
        close(landlord.admin.principal, campaign)
        campaign.refresh_from_db()
        publish(landlord.admin.principal, campaign)
    assert number not in levels(cast.police, "shared-tile")  # the annex gives levels 3 and 4
