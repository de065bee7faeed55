"""The views of the shared map that rest on files: a past campaign, changes between two, facts. Never below `file`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

import mapbox_vector_tile
import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import AnnexLine, Signature
from sharing.details import Detail
from sharing.rounds.models import CampaignRound
from sharing.sites.map_choice import timeline, views_of
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, Grid, Publication
from tenants.incidents.models import Incident
from tests.cast import Cast, Landlord, amended

BEFORE, AFTER = "Campagne de l’an dernier", "Campagne de cette année"
Rows = dict[str, int]


def make_round(cast: Cast, name: str, days_ago: int) -> CampaignRound:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    with shared_scope(cast.coordinator.principal):
        return CampaignRound.objects.create(
            convention=cast.convention, name=name, reference_date=day, opens_on=day, closes_on=day, state="closed",
        )  # fmt: skip


def publish(landlord: Landlord, levels: Rows, key: uuid.UUID | None, days_ago: int) -> None:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    with landlord_scope(landlord.admin.principal):
        campaign = Campaign.objects.create(
            landlord=landlord.organisation, name="Campagne", grid=Grid.objects.latest("version"), reference_date=day,
            opens_on=day, closes_on=day, state=Campaign.State.PUBLISHED, round_key=key,
        )  # fmt: skip
        for code, level in levels.items():
            Publication.objects.create(
                landlord=landlord.organisation, site=landlord.sites[code], campaign=campaign, level=level,
                published_at=timezone.now() - dt.timedelta(days=days_ago),
            )  # fmt: skip


@pytest.fixture
def rounds(cast: Cast) -> tuple[CampaignRound, CampaignRound]:
    """Two campaigns of the convention, and one that Amandier did for itself between them."""
    before, after = make_round(cast, BEFORE, 400), make_round(cast, AFTER, 30)
    publish(cast.amandier, {"N3": 4, "N4": 4, "S3": 2, "N1": 1}, before.key, 390)
    publish(cast.amandier, {"N3": 1, "N4": 1, "S3": 1}, None, 200)
    publish(cast.amandier, {"N3": 3, "N4": 4, "S3": 3, "N1": 1}, after.key, 20)
    publish(cast.bouleau, {"N3": 3}, after.key, 20)
    return before, after


@pytest.fixture
def facts(cast: Cast) -> None:
    """Of Amandier: three facts on N3, one on N4, one of long ago, and many on N1, which the annex does not give."""
    today = timezone.localdate()
    with landlord_scope(cast.amandier.admin.principal):
        for code, family, days_ago in (
            ("N3", "TRAFIC", 10), ("N3", "TRAFIC", 20), ("N3", "BIENS", 30), ("N4", "BIENS", 40), ("N4", "BIENS", 900),
            *(("N1", "TRAFIC", day) for day in range(1, 9)),
        ):  # fmt: skip
            Incident.objects.create(
                site=cast.amandier.sites[code], family=family, occurred_on=today - dt.timedelta(days=days_ago),
            )  # fmt: skip


@pytest.fixture
def files(cast: Cast) -> None:
    """The police reads files from level 3 on."""
    with amended(cast) as draft:
        AnnexLine.objects.filter(annex=draft).update(detail=Detail.FILE)


def asked(cast: Cast, **query: Any) -> str:
    answer = cast.police.client().get(reverse("shared-map-list"), query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def tile(cast: Cast, z: int = 0, **query: Any) -> list[dict[str, Any]]:
    """Features of the tile of the whole world: layers points and clusters, or facts."""
    body = cast.police.client().get(reverse("shared-view-tile", args=(z, 0, 0)), query).content
    layers = mapbox_vector_tile.decode(body) if body else {}
    return [feature["properties"] for layer in layers.values() for feature in layer["features"]]


def counted(features: list[dict[str, Any]]) -> Counter[int]:
    """How many sites at each mark, in points and clusters alike."""
    found: Counter[int] = Counter()
    for feature in features:
        if "n" in feature:
            found.update({mark: feature[f"l{mark}"] for mark in range(5)})
        else:
            found[feature["level"]] += 1
    return +found


@pytest.mark.usefixtures("files")
def test_a_past_campaign_shows_its_own_levels(
    cast: Cast, rounds: tuple[CampaignRound, CampaignRound]
) -> None:
    html = asked(cast, campagne=rounds[0].key)
    assert html.count("data-map-key") == 3
    assert html.index("Résidence N3") < html.index("Résidence S3")  # 4 then, 2 then
    assert "Bailleur Bouleau" not in html
    assert counted(tile(cast, campagne=rounds[0].key)) == {4: 2, 2: 1}
    assert counted(tile(cast, campagne=rounds[1].key)) == {3: 3, 4: 1}
    assert "Résidence N1" not in html  # below what the annex gives today


@pytest.mark.usefixtures("files")
def test_changes_between_two_campaigns(
    cast: Cast, rounds: tuple[CampaignRound, CampaignRound]
) -> None:
    query = {"vue": "evolution", "de": rounds[0].key, "a": rounds[1].key}
    html = asked(cast, **query)
    assert html.index("Résidence S3") < html.index("Résidence N3")  # what rose comes first
    assert "De Niveau 2 à Niveau 3" in html
    assert counted(tile(cast, **query)) == {3: 1, 2: 1, 1: 1, 0: 1}
    assert asked(cast, niveaux="3", **query).count("data-map-key") == 1
    assert asked(cast, vue="evolution") == html  # the last two, unless told


@pytest.mark.usefixtures("files", "facts")
def test_facts_are_counted_where_the_file_is_given(cast: Cast) -> None:
    html = asked(cast, vue="faits")
    assert html.index("Résidence N3") < html.index("Résidence N4")
    assert "3 faits" in html
    assert "1 fait<" in html
    assert html.count("data-map-key") == 2
    assert sum(feature["n"] for feature in tile(cast, vue="faits")) == 4
    assert sum(feature["n"] for feature in tile(cast, vue="faits", famille="TRAFIC")) == 2


@pytest.mark.usefixtures("facts")
def test_below_the_file_there_is_neither_history_nor_fact(
    cast: Cast, rounds: tuple[CampaignRound, CampaignRound]
) -> None:
    """The cast's annex gives `site`: the same addresses show the levels of today."""
    today = asked(cast)
    for query in ({"vue": "faits"}, {"vue": "evolution"}, {"campagne": rounds[0].key}):
        assert asked(cast, **query) == today
        assert all("facts" not in feature for feature in tile(cast, **query))
        assert counted(tile(cast, **query)) == counted(tile(cast))
    with shared_scope(cast.police.principal):
        assert timeline(cast.police.principal) == []
        assert views_of([], files=False) == ["niveaux", "nouveautes"]
    page = cast.police.client().get(reverse("shared-map")).content.decode()
    assert BEFORE not in page
    assert 'value="faits"' not in page


@pytest.mark.usefixtures("files", "facts", "rounds")
def test_the_page_offers_what_the_reader_may_see(cast: Cast) -> None:
    page = cast.police.client().get(reverse("shared-map")).content.decode()
    assert page.index(BEFORE) < page.index(AFTER)
    for view in ("niveaux", "nouveautes", "evolution", "faits"):
        assert f'value="{view}"' in page
    stranger = cast.parquet.client()
    for view in ("evolution", "faits"):
        answer = stranger.get(reverse("shared-view-tile", args=(0, 0, 0)), {"vue": view})
        assert answer.content == b""


@pytest.mark.usefixtures("files", "facts", "rounds")
def test_a_cap_at_the_site_takes_history_and_facts_away(cast: Cast) -> None:
    """Of the landlord that caps, nothing; the other's are still there."""
    assert "3 faits" in asked(cast, vue="faits")
    with shared_scope(cast.amandier.admin.principal):
        signed = Signature.objects.filter(organisation=cast.amandier.organisation)
        assert signed.filter(withdrawn_at__isnull=True).update(cap=Detail.SITE)
    assert "fait<" not in asked(cast, vue="faits")
    assert "Bailleur Amandier" not in asked(cast, vue="evolution")
