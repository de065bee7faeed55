"""Every route of a reader gives exactly what the door gives: list, search, map list, tiles, card, API, counts.

One matrix: each reader is asked on each route, and the answers are compared with `shared_sites`, never with each other.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from sharing.access import changes_since, shared_scope, shared_sites
from sharing.access.models import number_of
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.details import Detail
from sharing.journal.models import JournalEntry
from sharing.sites.cards import degrees
from sharing.visits.models import Visit
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, Grid, Publication
from tests.cast import X0, Y0, Cast, Member, make_member, make_site

READERS = ["police", "prefecture", "commune", "bouleau", "parquet", "coordinator"]
WHOLE_WORLD = "-179,-80,179,80"
NAME = re.compile(r"Résidence (\w+)")


@pytest.fixture
def readers(cast: Cast) -> dict[str, Member]:
    """Police at `site` from level 3, préfecture at `file` from level 4, a commune at `neighbourhood` on its territory,
    landlords at `site` for level 4, a stranger, the coordination; one site is out of everybody's territory.
    """
    prefecture = Organisation.objects.create(
        kind="partner",
        name="Préfecture d’Orsen",
        short_name="Préf. 99",
        partner_category="prefecture",
    )
    commune = Organisation.objects.create(
        kind="partner", name="Commune d’Aubépine", short_name="Aubépine", partner_category="commune"
    )
    annex_lines: list[dict[str, Any]] = [
        {
            "reader": "category",
            "category": "prefecture",
            "territory": cast.departement,
            "min_level": 4,
            "detail": Detail.FILE,
        },
        {
            "reader": "organisation",
            "organisation": commune,
            "territory": cast.communes[0],
            "min_level": 1,
            "detail": Detail.NEIGHBOURHOOD,
        },
        {
            "reader": "landlords",
            "territory": cast.departement,
            "min_level": 4,
            "detail": Detail.SITE,
        },
    ]
    with shared_scope(cast.coordinator.principal):
        annex = Annex.objects.get()
        for values in annex_lines:
            AnnexLine.objects.create(convention=cast.convention, annex=annex, **values)
        for organisation in (prefecture, commune):
            Party.objects.create(convention=cast.convention, organisation=organisation)
            Signature.objects.create(
                convention=cast.convention,
                organisation=organisation,
                annex=annex,
                signatory="X",
                signatory_function="Y",
                signed_on=timezone.localdate(),
            )
    make_site(cast.amandier, "AILLEURS", [], level=4, x=X0 + 50_000, y=Y0 + 50_000)
    return {
        "police": cast.police,
        "prefecture": make_member(prefecture, "partner_correspondent", "Cabinet du préfet"),
        "commune": make_member(commune, "partner_reader", "Adjointe à la sécurité"),
        "bouleau": cast.bouleau.admin,
        "parquet": cast.parquet,
        "coordinator": cast.coordinator,
    }


EXPECTED = {
    "police": {"A:N3", "A:N4", "A:S3", "B:N3", "B:N4", "B:S3"},
    "prefecture": {"A:N4", "B:N4"},
    "commune": set(),
    "bouleau": {"A:N4"},
    "parquet": set(),
    "coordinator": set(),
}


def through_the_door(reader: Member) -> dict[str, Any]:
    """What the door gives, by key."""
    with shared_scope(reader.principal):
        return {str(site.key): site for site in shared_sites(reader.principal)}


def in_list(client: Client, cast: Cast) -> set[str]:
    return keys_in(client.get(reverse("shared-site-list")), cast)


def in_search(client: Client, cast: Cast) -> set[str]:
    return keys_in(client.get(reverse("shared-site-list"), {"q": "résidence", "tri": "-nom"}), cast)


def in_window(client: Client, cast: Cast) -> set[str]:
    return keys_in(client.get(reverse("shared-map-list"), {"bbox": WHOLE_WORLD}), cast)


def keys_in(response: Any, cast: Cast) -> set[str]:
    """Keys of sites whose link stands in the page; a refusal shows none."""
    if response.status_code == 403:
        return set()
    assert response.status_code == 200
    return {key for key in all_keys(cast) if key in response.content.decode().replace("\xa0", " ")}


def all_keys(cast: Cast) -> dict[str, Any]:
    return {
        str(site.key): site
        for landlord in (cast.amandier, cast.bouleau)
        for site in landlord.sites.values()
    }


def on_cards(client: Client, cast: Cast) -> set[str]:
    seen = set()
    for key, site in all_keys(cast).items():
        for route in ("shared-site", "shared-site-card", "shared-map-card"):
            named = number_of(site.key) if route == "shared-map-card" else key
            response = client.get(reverse(route, args=[named]))
            assert response.status_code in {200, 403, 404}
            if response.status_code == 200:
                assert site.name in response.content.decode().replace("\xa0", " ")
                seen.add(key)
            else:
                assert site.name not in response.content.decode().replace("\xa0", " ")
    return seen


def tile_of(longitude: float, latitude: float, z: int) -> tuple[int, int]:
    """Number of the tile that holds a point (slippy map)."""
    size = 2**z
    x = int((longitude + 180) / 360 * size)
    y = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * size)
    return x, y


def on_tiles(client: Client, cast: Cast) -> set[str]:
    seen: set[str] = set()
    numbered = {number_of(site.key): str(site.key) for site in all_keys(cast).values()}
    for z in (13, 17):
        found: set[str] = set()
        tiles = set()
        for site in all_keys(cast).values():
            point = degrees(site)
            assert point is not None
            tiles.add(tile_of(point.x, point.y, z))
        for x, y in tiles:
            response = client.get(reverse("shared-tile", args=[z, x, y]))
            if response.status_code == 403:
                return set()
            layers = mapbox_vector_tile.decode(response.content) if response.content else {}
            assert set(layers) <= {"points"}
            found |= {numbered[each["id"]] for each in layers.get("points", {}).get("features", [])}
        assert not seen or seen == found
        seen = found
    return seen


def in_clusters(client: Client) -> int:
    """How many sites the world's one tile counts."""
    response = client.get(reverse("shared-tile", args=[0, 0, 0]))
    if response.status_code == 403:
        return 0
    layers = mapbox_vector_tile.decode(response.content) if response.content else {}
    clusters = [each["properties"] for each in layers.get("clusters", {}).get("features", [])]
    for each in clusters:
        assert each["n"] == each["l1"] + each["l2"] + each["l3"] + each["l4"]
    return sum(each["n"] for each in clusters) + len(layers.get("points", {}).get("features", []))


def in_api(client: Client, cast: Cast) -> set[str]:
    response = client.get(reverse("api-site-list"), {"perimetre": "partages"})
    if response.status_code == 403:
        return set()
    return {each["id"] for each in response.json()["features"]}


def in_api_details(client: Client, cast: Cast) -> set[str]:
    seen = set()
    for key in all_keys(cast):
        response = client.get(reverse("api-site", args=[key]), {"perimetre": "partages"})
        assert response.status_code in {200, 403, 404}
        if response.status_code == 200:
            seen.add(key)
    return seen


ROUTES: list[Callable[[Client, Cast], set[str]]] = [
    in_list,
    in_search,
    in_window,
    on_cards,
    on_tiles,
    in_api,
    in_api_details,
]


@pytest.mark.parametrize("who", READERS)
def test_every_route_gives_what_the_door_gives(
    cast: Cast, readers: dict[str, Member], who: str
) -> None:
    door = through_the_door(readers[who])
    names = {
        f"{site.landlord.short_name[0]}:{NAME.findall(site.name)[0]}" for site in door.values()
    }
    assert names == EXPECTED[who]
    client = readers[who].client()
    for route in ROUTES:
        assert route(client, cast) == door.keys(), route.__name__
    assert in_clusters(client) == len(door)


@pytest.mark.parametrize("who", READERS)
def test_no_page_of_a_reader_names_a_site_that_the_door_does_not_give(
    cast: Cast, readers: dict[str, Member], who: str
) -> None:
    """Landlord B's own pages may name its own sites; nothing else is ever named."""
    reader = readers[who]
    allowed = {site.name + str(site.landlord_id) for site in through_the_door(reader).values()}
    names = {site.name for site in all_keys(cast).values()}
    own = {f"Résidence {code}" for code in cast.bouleau.sites} if who == "bouleau" else set()
    given = {site.name for site in through_the_door(reader).values()} | own
    client = reader.client()
    for route in (
        "partner-home",
        "shared-site-list",
        "shared-map",
        "convention-list",
        "landlord-sharing",
    ):
        response = client.get(reverse(route))
        if response.status_code == 200:
            text = response.content.decode().replace("\xa0", " ")
            assert {name for name in names if name in text} <= given, route
    assert len(allowed) == len(through_the_door(reader))


def cut_by_end(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(ends_on=timezone.localdate() - dt.timedelta(days=1))


def cut_by_suspension(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(state="suspended")


def cut_by_readers_signature(cast: Cast) -> None:
    with shared_scope(cast.police.principal):
        Signature.objects.filter(organisation=cast.police.membership.organisation).update(
            withdrawn_at=timezone.now()
        )


def cut_by_landlords_signatures(cast: Cast) -> None:
    for landlord in (cast.amandier, cast.bouleau):
        with landlord_scope(landlord.admin.principal):
            Signature.objects.filter(organisation=landlord.organisation).update(
                withdrawn_at=timezone.now()
            )


def cut_before_start(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(starts_on=timezone.localdate() + dt.timedelta(days=1))


CUTS = [
    (cut_by_end, "Elle a pris fin le"),
    (cut_by_suspension, "La convention est suspendue"),
    (cut_by_readers_signature, "Votre organisation ne l’a pas signée"),
    (cut_by_landlords_signatures, "N’ont pas signé la version en vigueur"),
    (cut_before_start, "Elle commence le"),
]


@pytest.mark.parametrize(("cut", "reason"), CUTS)
def test_what_stops_a_convention_stops_every_route_and_says_why(
    cast: Cast, readers: dict[str, Member], cut: Callable[[Cast], None], reason: str
) -> None:
    client = cast.police.client()
    assert in_list(client, cast)
    cut(cast)
    for route in ROUTES:
        assert route(client, cast) == set(), route.__name__
    assert in_clusters(client) == 0
    for page in ("partner-home", "shared-site-list", "shared-map"):
        text = client.get(reverse(page)).content.decode().replace("\xa0", " ")
        assert reason in text, page
        assert "À qui s’adresser" in text
        assert "Coordination d’Orsen" in text


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
    [("partner-home", 28), ("shared-site-list", 16), ("shared-map", 18), ("shared-map-list", 15)],
)
def test_pages_keep_to_their_query_budget(
    cast: Cast, route: str, budget: int, django_assert_max_num_queries: Any
) -> None:
    client = cast.police.client()
    client.get(reverse(route), {"bbox": WHOLE_WORLD})
    with django_assert_max_num_queries(budget):
        assert client.get(reverse(route), {"bbox": WHOLE_WORLD}).status_code == 200
