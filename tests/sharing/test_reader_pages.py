"""What the reader's pages say: home, list, card, map; what changed, what ends, what is journalled."""

import datetime as dt
import json
import re
from typing import Any

import mapbox_vector_tile
import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.access import changes_since, shared_scope
from sharing.conventions.models import Convention
from sharing.journal.models import JournalEntry
from sharing.sites.cards import degrees
from sharing.visits.models import Visit
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, Grid, Publication
from tests.cast import Cast, Member
from tests.sharing.readers import (
    WHOLE_WORLD,
    through_the_door,
)


def test_a_stranger_is_told_what_to_do(cast: Cast) -> None:
    text = cast.parquet.client().get(reverse("partner-home")).content.decode().replace("\xa0", " ")
    assert "Aucune convention ne lie votre organisation" in text
    assert "Coordination d’Orsen" in text


def test_a_commune_at_neighbourhood_is_led_to_the_reports(
    cast: Cast, readers: dict[str, Member]
) -> None:
    text = (
        readers["commune"]
        .client()
        .get(reverse("shared-site-list"))
        .content.decode()
        .replace("\xa0", " ")
    )
    assert "des chiffres, pas des sites" in text
    assert "Commune d’Aubépine lit, dans la commune Aubépine (99001)" in text


def test_the_card_shows_the_file_only_where_the_annex_gives_it(
    cast: Cast, readers: dict[str, Member]
) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        give_history(cast)
    url = reverse("shared-site", args=[cast.amandier.sites["N4"].key])
    full = readers["prefecture"].client().get(url).content.decode().replace("\xa0", " ")
    bare = cast.police.client().get(url).content.decode().replace("\xa0", " ")
    for text in (full, bare):
        assert "Référent sûreté" in text
        assert "surete@amandier.test" in text
        assert "Niveau 4" in text
    for said in (
        "Sur quoi repose ce niveau",
        "Niveaux publiés",
        "Interventions",
        "Faits des douze derniers mois",
    ):
        assert said in full
        assert said not in bare


def give_history(cast: Cast, *, level: int = 4, previous: int | None = 2) -> None:
    """A publication of Amandier's N4, inside its open scope."""
    today = timezone.localdate()
    grid = Grid.objects.filter(published_at__isnull=False).first()
    campaign = Campaign.objects.create(
        landlord=cast.amandier.organisation,
        name="C",
        grid=grid,
        reference_date=today,
        opens_on=today,
        closes_on=today,
        state="published",
    )
    Publication.objects.create(
        landlord=cast.amandier.organisation,
        site=cast.amandier.sites["N4"],
        campaign=campaign,
        level=level,
        previous_level=previous,
    )


def test_the_home_says_what_changed_since_the_last_visit(cast: Cast) -> None:
    client = cast.police.client()
    first = client.get(reverse("partner-home")).content.decode().replace("\xa0", " ")
    assert "première visite" in first
    with landlord_scope(cast.amandier.admin.principal):
        give_history(cast)
    with shared_scope(cast.police.principal):
        Visit.objects.update(seen_at=timezone.now() - dt.timedelta(hours=2))
    text = client.get(reverse("partner-home")).content.decode().replace("\xa0", " ")
    assert "Ce qui a changé depuis votre visite" in text
    assert "Résidence N4" in text
    assert "nouveau pour vous" in text, "level 2 was not hers to read: no level before is shown"
    again = client.get(reverse("partner-home")).content.decode().replace("\xa0", " ")
    assert "Résidence N4" in again, "a second page of the same visit shows the same news"
    with shared_scope(cast.police.principal):
        Visit.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=45))
        assert changes_since(cast.police.principal, None).count() == 1
    assert "Rien n’a changé" not in again
    with shared_scope(cast.police.principal):
        Visit.objects.update(seen_at=timezone.now() + dt.timedelta(seconds=1))
        Visit.objects.update(previous_at=timezone.now() + dt.timedelta(seconds=1))
    assert "Rien n’a changé" in client.get(reverse("partner-home")).content.decode().replace(
        "\xa0", " "
    )


def test_an_end_that_is_near_is_said(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(ends_on=timezone.localdate() + dt.timedelta(days=12))
    assert "prend fin dans 12 jours" in cast.police.client().get(
        reverse("partner-home")
    ).content.decode().replace("\xa0", " ")


def test_filters_and_sorts_keep_to_what_is_shown(cast: Cast) -> None:
    client, url = cast.police.client(), reverse("shared-site-list")

    def names(**query: str) -> list[str]:
        text = client.get(url, query).content.decode().replace("\xa0", " ")
        return re.findall(r'class="row-link"[^>]*>Résidence (\w+)<', text)

    assert names(niveaux="4") == ["N4", "N4"]
    assert names(niveaux="3,4", commune="99002") == ["S3", "S3"]
    assert names(qpv="QN09901M", tri="nom") == ["N3", "N3", "N4", "N4"]
    assert names(bailleur=str(cast.amandier.organisation.pk), tri="-nom") == ["S3", "N4", "N3"]
    assert names(q="rue des S3") == ["S3", "S3"]
    assert names(bailleur="x") == []
    assert "Retirez un filtre" in client.get(url, {"q": "introuvable"}).content.decode().replace(
        "\xa0", " "
    )
    assert client.get(url, {"tri": "internal_comment", "page": "zzz"}).status_code == 200


def test_a_tile_out_of_the_world_and_an_unreadable_window_are_refused(cast: Cast) -> None:
    client = cast.police.client()
    assert client.get(reverse("shared-tile", args=[3, 8, 0])).status_code == 404
    assert client.get(reverse("shared-tile", args=[40, 0, 0])).status_code == 404
    for box in ("", "1,2,3", "a,b,c,d", "nan,0,1,1", "9,0,1,1"):
        assert client.get(reverse("shared-map-list"), {"bbox": box}).status_code == 400


def test_a_tile_is_filtered_like_the_list_and_kept_by_nobody(cast: Cast) -> None:
    client = cast.police.client()
    url = reverse("shared-tile", args=[0, 0, 0])
    counted = mapbox_vector_tile.decode(client.get(url, {"niveaux": "4"}).content)["clusters"][
        "features"
    ]
    assert [each["properties"]["n"] for each in counted] == [2]
    assert client.get(url)["Cache-Control"] == "private, no-cache"


def test_the_map_page_frames_the_readers_sites(cast: Cast) -> None:
    text = cast.police.client().get(reverse("shared-map")).content.decode().replace("\xa0", " ")
    found = re.search(r'<script id="map-config" type="application/json">(.*?)</script>', text)
    assert found is not None
    config = json.loads(found[1])
    west, south, east, north = config["bounds"]
    for site in through_the_door(cast.police).values():
        point = degrees(site)
        assert point is not None
        assert west < point.x < east
        assert south < point.y < north
    assert config["tilesUrl"] == "/partage/tuiles/sites/{z}/{x}/{y}.mvt"


def test_reading_is_journalled_for_the_landlord(cast: Cast) -> None:
    client = cast.police.client()
    client.get(reverse("shared-site-list"), {"q": "N3"})
    client.get(reverse("shared-site", args=[cast.amandier.sites["N4"].key]))
    client.get(reverse("shared-map"))
    with shared_scope(cast.police.principal):
        actions = list(
            JournalEntry.objects.order_by("pk").values_list("action", "about_id", "rows")
        )
    assert ("searched", cast.amandier.organisation.pk, 1) in actions
    assert ("opened", cast.amandier.organisation.pk, 1) in actions
    assert ("mapped", None, 1) in actions


@pytest.mark.parametrize(
    ("route", "budget"),
    [("partner-home", 29), ("shared-site-list", 17), ("shared-map", 23), ("shared-map-list", 16)],
)
def test_pages_keep_to_their_query_budget(
    cast: Cast, route: str, budget: int, django_assert_max_num_queries: Any
) -> None:
    client = cast.police.client()
    client.get(reverse(route), {"bbox": WHOLE_WORLD})
    with django_assert_max_num_queries(budget):
        assert client.get(reverse(route), {"bbox": WHOLE_WORLD}).status_code == 200
