"""The landlord's tiles follow its data and the member's reach at the next request; nothing kept outlives a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from gis.tiles.snapshot import Snapshot
from tenants.access import landlord_scope
from tenants.stock.models import AgencyAttachment, SiteAssignment
from tenants.tiles import own
from tenants.wall.context import Scope, ask
from tests.cast import X0, Y0, Cast, make_cast, make_site
from tests.tenants.test_landlord_map import tile_of

PLACE = tile_of(X0 + 1_500, Y0 + 1_500, 12)


def tile(client: Client, query: str = "", tag: str = "") -> Any:
    """Every point by itself."""
    headers = {"if-none-match": tag} if tag else {}
    query = f"{query or '?'}&couche=points"
    return client.get(reverse("landlord-tiles", args=PLACE) + query, headers=headers)


def levels(answer: Any) -> dict[int, int]:
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    points = layers.get("points", {"features": []})["features"]
    return {each["id"]: each["properties"]["level"] for each in points}


def test_a_kept_tile_is_answered_without_reading_a_site(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.amandier.admin.client()
    first = tile(client)
    monkeypatch.setattr(own, "load", pytest.fail)
    monkeypatch.setattr(Snapshot, "tile", pytest.fail)
    again = tile(client)
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Cache-Control"] == "private, no-cache"
    unchanged = tile(client, tag=first["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda site: setattr(site, "current_level", 1), 1),
        (lambda site: setattr(site, "state", "sold"), None),
        (lambda site: setattr(site, "geom", None), None),
    ],
)
def test_a_change_shows_at_the_next_request(
    cast: Cast, change: Callable[[Any], None], expected: int | None
) -> None:
    client, site = cast.amandier.admin.client(), cast.amandier.sites["N3"]
    before = tile(client)
    assert levels(before)[site.pk] == 3
    with landlord_scope(cast.amandier.admin.principal):
        change(site)
        site.save()
    after = tile(client, tag=before["ETag"])
    assert after.status_code == 200
    assert levels(after).get(site.pk) == expected


def test_a_site_that_is_deleted_or_comes_in_shows(cast: Cast) -> None:
    client, site = cast.amandier.admin.client(), cast.amandier.sites["N1"]
    number = site.pk
    assert number in levels(tile(client))
    with landlord_scope(cast.amandier.admin.principal):
        site.delete()
    assert number not in levels(tile(client))
    new = make_site(cast.amandier, "N9", [cast.departement], level=2)
    assert levels(tile(client))[new.pk] == 2


def test_the_reach_is_part_of_the_scope(cast: Cast) -> None:
    """Attachments, assignments and roles change what the same person sees, at once."""
    landlord, site = cast.amandier, cast.amandier.sites
    caretaker, director = landlord.caretaker, landlord.director
    assert set(levels(tile(caretaker.client()))) == {site["N3"].pk}
    assert len(levels(tile(director.client()))) == 4
    with landlord_scope(landlord.admin.principal):
        SiteAssignment.objects.create(
            landlord=landlord.organisation, membership=caretaker.membership, site=site["N4"]
        )
        AgencyAttachment.objects.all().delete()
    assert set(levels(tile(caretaker.client()))) == {site["N3"].pk, site["N4"].pk}
    assert levels(tile(director.client())) == {}
    caretaker.membership.role_code = "security_direction"
    caretaker.membership.save()
    assert set(levels(tile(caretaker.client()))) >= {site[code].pk for code in ("N1", "N2", "N3")}


def test_no_two_readers_share_a_kept_tile(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of reader in turn, twice, then with the planted fault: a key without the reader, which must show."""

    def everybody() -> list[frozenset[int]]:
        readers = [
            cast.amandier.admin, cast.bouleau.admin, cast.amandier.director, cast.amandier.caretaker,
        ]  # fmt: skip
        return [frozenset(levels(tile(each.client()))) for each in readers * 2]

    seen = everybody()
    assert len(set(seen)) == 3  # in this tile a director sees as much as the administration
    assert seen[:4] == seen[4:]
    monkeypatch.setattr(own, "scope_key", lambda principal: "everybody")
    monkeypatch.setattr(own, "VERSION", "SELECT '1', '1'")
    assert len(set(everybody())) == 1


def test_filters_other_than_levels_ask_the_door(cast: Cast) -> None:
    client, site = cast.amandier.admin.client(), cast.amandier.sites
    assert set(levels(tile(client, "?q=N4"))) == {site["N4"].pk}
    assert set(levels(tile(client, "?q=N4&niveaux=1"))) == set()
    assert set(levels(tile(client, "?agence=Nord&niveaux=1,2"))) == {site["N1"].pk, site["N2"].pk}
    with landlord_scope(cast.amandier.admin.principal):
        site["N1"].name = "Résidence N4 bis"
        site["N1"].save(update_fields=["name"])
    assert set(levels(tile(client, "?q=N4"))) == {site["N4"].pk, site["N1"].pk}


def test_every_point_at_any_zoom_comes_with_its_size(cast: Cast) -> None:
    z, x, y = tile_of(X0 + 1_500, Y0 + 1_500, 8)
    url = reverse("landlord-tiles", args=(z, x, y)) + "?couche=points"
    layers = mapbox_vector_tile.decode(cast.amandier.admin.client().get(url).content)
    assert set(layers) == {"points"}
    properties = [each["properties"] for each in layers["points"]["features"]]
    assert len(properties) == 6
    assert all(each["dwellings"] == 60 for each in properties)


@pytest.mark.commits
def test_a_version_moves_by_every_transaction_and_waits_for_none(committed: None) -> None:
    """Two open transactions on one landlord: the second does not wait, and each commit moves the sum."""
    cast = make_cast()
    landlord = cast.amandier
    scope = Scope("landlord", landlord.organisation.pk, landlord.admin.user.pk)

    def now() -> str:
        return str(ask(scope, own.VERSION)[1])

    move = "UPDATE tenants_site SET name = name || '.' WHERE id = %s"
    seen = [now()]
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(move, [landlord.sites["N1"].pk])
        with landlord_scope(landlord.admin.principal), connection.cursor() as other:
            other.execute("SET LOCAL lock_timeout = '500ms'")
            other.execute(move, [landlord.sites["N2"].pk])
        seen.append(now())
    seen.append(now())
    with pytest.raises(RuntimeError), landlord_scope(landlord.admin.principal):
        make_site(landlord, "N9", [])
        raise RuntimeError
    assert len(set(seen)) == 3
    assert now() == seen[-1]
    other = Scope("landlord", cast.bouleau.organisation.pk, cast.bouleau.admin.user.pk)
    assert str(ask(other, own.VERSION)[1]) not in seen


def test_a_landlord_may_not_write_its_version(cast: Cast) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        landlord_scope(cast.amandier.admin.principal),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE tenants_dataversion SET own = 1")
