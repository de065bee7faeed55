"""The views of a landlord's map: past campaigns, changes, facts, hot spots, interventions, search; all within reach."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, CampaignSite, Grid
from tenants.hotspots.models import SpatialFinding, SpatialRun
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tests.cast import Cast, Member

PAST = {"N1": 2, "N2": 2, "N3": 1, "N4": None}
NOW = {"N1": 1, "N2": 2, "N3": 3, "N4": 4, "S3": 3}


@pytest.fixture
def history(cast: Cast) -> tuple[Campaign, Campaign]:
    """Two campaigns of Amandier."""
    landlord, today = cast.amandier, timezone.localdate()
    made = []
    with landlord_scope(landlord.admin.principal):
        for name, levels, age in (("Campagne 2024", PAST, 700), ("Campagne 2025", NOW, 300)):
            day = today - dt.timedelta(days=age)
            campaign = Campaign.objects.create(
                landlord=landlord.organisation, name=name, grid=Grid.objects.latest("version"), reference_date=day,
                opens_on=day, closes_on=day, state=Campaign.State.PUBLISHED,
            )  # fmt: skip
            for code, level in levels.items():
                CampaignSite.objects.create(
                    landlord=landlord.organisation, campaign=campaign, site=landlord.sites[code], dwellings=60, level=level
                )  # fmt: skip
            made.append(campaign)
    return made[0], made[1]


@pytest.fixture
def facts(cast: Cast) -> None:
    """Three recent facts on N2, one on N4, one on N1 two years ago."""
    landlord, today = cast.amandier, timezone.localdate()
    said = [
        ("N2", 10, "OCCUP"),
        ("N2", 20, "OCCUP"),
        ("N2", 30, "TRAFIC"),
        ("N4", 5, "BIENS"),
        ("N1", 730, "BIENS"),
    ]
    with landlord_scope(landlord.admin.principal):
        for code, days, family in said:
            Incident.objects.create(
                landlord=landlord.organisation, site=landlord.sites[code],
                occurred_on=today - dt.timedelta(days=days), family=family,
            )  # fmt: skip


def html_of(member: Member, **query: str) -> str:
    return member.client().get(reverse("landlord-map-list"), query).content.decode()


def names(html: str) -> list[str]:
    """The sites of a list, in its order."""
    return [
        part.split("<")[0].removeprefix("Résidence ") for part in html.split('list__title">')[1:]
    ]


def tile(member: Member, layer: str, **query: str) -> list[dict[str, Any]]:
    answer = member.client().get(reverse("landlord-view-tiles", args=(0, 0, 0)), query)
    found: list[dict[str, Any]] = (
        mapbox_vector_tile.decode(answer.content).get(layer, {}).get("features", [])
    )
    return found


def counted(member: Member, **query: str) -> dict[int, int]:
    """Sites by mark, over the tile of the whole world."""
    total = dict.fromkeys(range(5), 0)
    for feature in tile(member, "clusters", **query):
        for mark in total:
            total[mark] += feature["properties"][f"l{mark}"]
    for feature in tile(member, "points", **query):
        total[feature["properties"]["level"]] += 1
    return {mark: count for mark, count in total.items() if count}


def test_a_past_campaign_shows_its_own_levels(
    cast: Cast, history: tuple[Campaign, Campaign]
) -> None:
    query = {"campagne": str(history[0].key)}
    assert names(html_of(cast.amandier.admin, **query)) == ["N1", "N2", "N3", "N4"]
    assert counted(cast.amandier.admin, **query) == {0: 1, 1: 1, 2: 2}
    assert names(html_of(cast.amandier.admin, **query, niveaux="2")) == ["N1", "N2"]


def test_changes_say_what_rose_what_fell_what_stayed(
    cast: Cast, history: tuple[Campaign, Campaign]
) -> None:
    query = {"vue": "evolution", "de": str(history[0].key), "a": str(history[1].key)}
    html = html_of(cast.amandier.admin, **query)
    # Risen, same, fallen, then what one of the two campaigns did not rate.
    assert names(html) == ["N3", "N2", "N1", "N4", "S3"]
    assert "De Niveau 1 à Niveau 3" in html
    assert counted(cast.amandier.admin, **query) == {0: 2, 1: 1, 2: 1, 3: 1}
    back = html_of(cast.amandier.admin, vue="evolution", de=query["a"], a=query["de"])
    assert names(back)[0] == "N1"


def test_changes_compare_the_last_two_campaigns_unless_told(
    cast: Cast, history: tuple[Campaign, Campaign]
) -> None:
    assert names(html_of(cast.amandier.admin, vue="evolution"))[0] == "N3"
    assert "Il faut deux campagnes" in html_of(cast.bouleau.admin, vue="evolution")


def test_another_landlord_s_campaign_is_no_campaign(
    cast: Cast, history: tuple[Campaign, Campaign]
) -> None:
    html = html_of(cast.bouleau.admin, campagne=str(history[0].key))
    assert set(names(html)) == {"N1", "N2", "N3", "N4", "S3", "S0"}


def test_facts_are_counted_over_twelve_months_and_by_family(cast: Cast, facts: None) -> None:
    html = html_of(cast.amandier.admin, vue="faits")
    assert names(html) == ["N2", "N4"]
    assert "3 faits" in html
    assert names(html_of(cast.amandier.admin, vue="faits", famille="TRAFIC")) == ["N2"]
    assert (
        sum(each["properties"]["n"] for each in tile(cast.amandier.admin, "facts", vue="faits"))
        == 4
    )


def test_facts_filter_every_view(cast: Cast, facts: None) -> None:
    assert set(names(html_of(cast.amandier.admin, fait="oui"))) == {"N2", "N4"}
    assert names(html_of(cast.amandier.admin, fait="TRAFIC")) == ["N2"]
    points = cast.amandier.admin.client().get(
        reverse("landlord-tiles", args=(0, 0, 0)), {"fait": "TRAFIC"}
    )
    layers = mapbox_vector_tile.decode(points.content)
    assert [f["id"] for f in layers["points"]["features"]] == [cast.amandier.sites["N2"].pk]
    assert "clusters" not in layers


def test_who_may_not_read_facts_learns_nothing_of_them(cast: Cast, facts: None) -> None:
    """A caretaker rates and enters facts, and does not read them: neither by a view nor by a filter."""
    caretaker = cast.amandier.caretaker
    assert names(html_of(caretaker, vue="faits")) == ["N3"]
    assert names(html_of(caretaker, fait="oui")) == ["N3"]
    assert tile(caretaker, "facts", vue="faits") == []
    page = caretaker.client().get(reverse("landlord-map")).content.decode()
    assert 'value="faits"' not in page
    assert 'name="fait"' not in page


@pytest.fixture
def finding(cast: Cast) -> None:
    """N1 (north) is to watch; S3 (south) is hot."""
    landlord = cast.amandier
    with landlord_scope(landlord.admin.principal):
        run = SpatialRun.objects.create(
            landlord=landlord.organisation, radius_m=1000, facts_from=timezone.localdate(), permutations=99, site_count=6,
            isolated_count=0, key=uuid.uuid4(),
        )  # fmt: skip
        for code, measure, found in (
            ("N1", "contrast", "low_among_high"),
            ("S3", "grave", "hot"),
            ("S3", "facts", "hot"),
        ):
            SpatialFinding.objects.create(
                landlord=landlord.organisation, run=run, site=landlord.sites[code], measure=measure, finding=found,
                value=1.0, p=0.01, q=0.02, neighbours=4,
            )  # fmt: skip


def test_hot_spots_come_from_the_stored_run_with_their_reason(cast: Cast, finding: None) -> None:
    html = html_of(cast.amandier.admin, vue="points-chauds")
    assert names(html) == ["S3", "N1"]
    assert "Calme, mais entouré de sites de niveau 3 ou 4 (4 voisins" in html
    assert counted(cast.amandier.admin, vue="points-chauds") == {3: 1, 4: 1}
    assert names(html_of(cast.amandier.director, vue="points-chauds")) == ["N1"]
    assert names(html_of(cast.bouleau.admin, vue="points-chauds")) == []
    card = cast.amandier.admin.client().get(
        reverse("landlord-map-card", args=(cast.amandier.sites["N1"].pk,))
    )
    assert "Calme, mais entouré" in card.content.decode()


@pytest.fixture
def works(cast: Cast) -> None:
    """A camera on S3, an abandoned one on N1."""
    landlord = cast.amandier
    with landlord_scope(landlord.admin.principal):
        lever = Lever.objects.create(
            landlord=landlord.organisation, code="video", label="Vidéoprotection"
        )
        for code, status in (("S3", "under_way"), ("N1", "abandoned")):
            each = Intervention.objects.create(
                landlord=landlord.organisation, title=f"Caméras de {code}", lever=lever, status=status,
                starts_on=timezone.localdate(),
            )  # fmt: skip
            InterventionSite.objects.create(
                landlord=landlord.organisation, intervention=each, site=landlord.sites[code]
            )


def test_a_ring_is_a_circle_of_so_many_metres_on_the_ground(cast: Cast, works: None) -> None:
    for metres in (300, 1_000):
        answer = cast.amandier.admin.client().get(
            reverse("landlord-map-interventions"), {"anneau": str(metres)}
        )
        features = answer.json()["features"]
        assert {each["properties"]["title"] for each in features} == {"Caméras de S3"}
        ring = next(each for each in features if each["properties"]["part"] == "ring")
        shape = GEOSGeometry(str(ring["geometry"]).replace("'", '"'), srid=4326).transform(
            2154, clone=True
        )
        centre = cast.amandier.sites["S3"].geom
        assert centre is not None
        distances = [((x - centre.x) ** 2 + (y - centre.y) ** 2) ** 0.5 for x, y in shape.coords[0]]
        assert min(distances) == pytest.approx(metres, abs=0.2)
        assert max(distances) == pytest.approx(metres, abs=0.2)


def test_interventions_are_in_the_list_and_within_reach(cast: Cast, works: None) -> None:
    assert "Caméras de S3" in html_of(cast.amandier.admin, anneau="500")
    assert "Caméras de S3" not in html_of(cast.amandier.admin)
    assert "Aucune intervention" in html_of(cast.amandier.director, anneau="500")
    assert (
        cast.bouleau.admin.client()
        .get(reverse("landlord-map-interventions"), {"anneau": "500"})
        .json()["features"]
        == []
    )


def test_a_search_forgives_accents_and_keeps_to_the_reach(cast: Cast) -> None:
    def found(member: Member, text: str) -> str:
        return member.client().get(reverse("landlord-map-search"), {"q": text}).content.decode()

    assert names(found(cast.amandier.admin, "RESIDENCE s3")) == ["S3"]
    assert names(found(cast.amandier.admin, "amandier s3")) == []
    assert names(found(cast.amandier.director, "residence s3")) == []
    assert "data-bounds" in found(cast.amandier.admin, "bruyere")
    assert "Les Tilleuls" in found(cast.amandier.admin, "tilleul")
    assert "Ni site ni lieu" in found(cast.amandier.admin, "zzz")
    assert found(cast.amandier.admin, "r").strip() == ""
    for other in (cast.police, cast.coordinator):
        assert (
            other.client().get(reverse("landlord-map-search"), {"q": "residence"}).status_code
            == 403
        )


def test_a_tile_that_does_not_exist_is_not_found(cast: Cast) -> None:
    for address in ((1, 2, 0), (30, 0, 0)):
        assert (
            cast.amandier.admin.client()
            .get(reverse("landlord-view-tiles", args=address))
            .status_code
            == 404
        )


def test_the_page_brings_the_view_of_its_address(
    cast: Cast, history: tuple[Campaign, Campaign]
) -> None:
    html = (
        cast.amandier.admin.client()
        .get(reverse("landlord-map"), {"vue": "evolution", "niveaux": "3"})
        .content.decode()
    )
    assert names(html) == ["N3"]
    assert 'value="evolution" form="map-filters" checked' in html
