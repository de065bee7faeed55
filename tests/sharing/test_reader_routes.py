"""Every route of a reader gives exactly what the door gives: list, search, map list, tiles, card, API, counts.

One matrix: each reader is asked on each route, and the answers are compared with `shared_sites`, never with each other.
"""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Convention, Signature
from tenants.access import landlord_scope
from tests.cast import Cast, Member
from tests.sharing.readers import (
    EXPECTED,
    NAME,
    READERS,
    ROUTES,
    all_keys,
    in_clusters,
    in_list,
    through_the_door,
)


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
