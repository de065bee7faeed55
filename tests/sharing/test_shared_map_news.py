"""The map of a partner: what changed since the previous visit, the search, their marks in the journal."""

from __future__ import annotations

import datetime as dt

import mapbox_vector_tile
import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.journal.models import JournalEntry
from sharing.visits.models import Visit
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, Grid, Publication
from tests.cast import Cast


@pytest.fixture
def published(cast: Cast) -> None:
    """Of Amandier: N3 rose from 1, S3 came down from 4, N4 was published again at 4; N1 rose but stays below the annex."""
    landlord, now = cast.amandier, timezone.now()
    with landlord_scope(landlord.admin.principal):
        today = timezone.localdate()
        campaign = Campaign.objects.create(
            landlord=landlord.organisation, name="Campagne", grid=Grid.objects.latest("version"), reference_date=today,
            opens_on=today, closes_on=today, state=Campaign.State.PUBLISHED,
        )  # fmt: skip
        for code, level, before in (("N3", 3, 1), ("S3", 3, 4), ("N4", 4, 4), ("N1", 1, 2)):
            Publication.objects.create(
                landlord=landlord.organisation, site=landlord.sites[code], campaign=campaign, level=level,
                previous_level=before, published_at=now - dt.timedelta(days=2),
            )  # fmt: skip


def visited(cast: Cast, days_ago: int) -> None:
    """The correspondent's previous visit was so many days ago, and she is here now."""
    now = timezone.now()
    with shared_scope(cast.police.principal):
        Visit.objects.create(
            organisation_id=cast.police.principal.organisation_id, membership_id=cast.police.principal.membership_id,
            seen_at=now, previous_at=now - dt.timedelta(days=days_ago),
        )  # fmt: skip


def listed(cast: Cast, **query: str) -> str:
    answer = cast.police.client().get(reverse("shared-map-list"), {"vue": "nouveautes"} | query)
    return answer.content.decode()


def test_what_changed_since_the_previous_visit_and_nothing_else(
    cast: Cast, published: None
) -> None:
    visited(cast, days_ago=5)
    html = listed(cast)
    assert "Résidence S3" in html
    assert "Niveau en baisse" in html
    for code in ("N4", "N1"):
        assert f"Résidence {code}" not in html


def test_what_was_known_already_is_no_news(cast: Cast, published: None) -> None:
    visited(cast, days_ago=1)
    assert "Rien de nouveau" in listed(cast)


def test_the_legend_and_the_filters_hold_on_news(cast: Cast, published: None) -> None:
    visited(cast, days_ago=5)
    assert "Résidence S3" in listed(cast, niveaux="1")
    assert "Résidence S3" not in listed(cast, niveaux="34")
    assert "Résidence S3" not in listed(cast, bailleur=str(cast.bouleau.organisation.pk))


def test_the_tile_of_news_holds_the_same_sites_as_the_list(cast: Cast, published: None) -> None:
    visited(cast, days_ago=5)
    client = cast.police.client()
    body = client.get(reverse("shared-view-tile", args=(0, 0, 0)), {"vue": "nouveautes"}).content
    layers = mapbox_vector_tile.decode(body)
    total = sum(
        int(f["properties"].get("n", 1)) for layer in layers.values() for f in layer["features"]
    )
    assert total == listed(cast).count("data-map-key")
    assert client.get(reverse("shared-view-tile", args=(1, 5, 0))).status_code == 404
    stranger = cast.parquet.client().get(
        reverse("shared-view-tile", args=(0, 0, 0)), {"vue": "nouveautes"}
    )
    assert stranger.content == b""


def test_a_search_finds_what_the_annex_gives_and_is_journalled(cast: Cast) -> None:
    client = cast.police.client()
    html = client.get(reverse("shared-map-search"), {"q": "RESIDENCE n4"}).content.decode()
    assert html.count("Résidence N4") == 2
    assert "Résidence N1" not in client.get(reverse("shared-map-search"), {"q": "residence"}).content.decode()  # fmt: skip
    assert "data-bounds" in client.get(reverse("shared-map-search"), {"q": "aubepine"}).content.decode()  # fmt: skip
    with shared_scope(cast.police.principal):
        assert JournalEntry.objects.filter(action="searched").exists()
    stranger = cast.parquet.client().get(reverse("shared-map-search"), {"q": "residence"})
    assert "Résidence" not in stranger.content.decode()


def test_no_level_ticked_lists_nothing(cast: Cast) -> None:
    html = cast.police.client().get(reverse("shared-map-list"), {"niveaux": ""}).content.decode()
    assert "Résidence" not in html
