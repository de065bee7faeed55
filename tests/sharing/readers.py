"""The readers of a convention, and every route on which they may meet a site: each gives the keys it showed."""

import math
import re
from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from sharing.access import shared_scope, shared_sites
from sharing.access.models import number_of
from sharing.conventions.models import AnnexLine, Party, Signature
from sharing.details import Detail
from sharing.sites.cards import degrees
from tests.cast import X0, Y0, Cast, Member, amended, make_member, make_site

READERS = ["police", "prefecture", "commune", "bouleau", "parquet", "coordinator"]
WHOLE_WORLD = "-179,-80,179,80"
NAME = re.compile(r"Résidence (\w+)")


def make_readers(cast: Cast) -> dict[str, Member]:
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
    with amended(cast) as annex:
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
