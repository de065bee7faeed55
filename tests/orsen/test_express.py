"""The short way of tiles: as strict as the long one, and shorter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from orsen import express
from sharing.access import shared_scope
from sharing.conventions.models import Convention
from tenants.access import landlord_scope
from tests.cast import X0, Y0, Cast, make_cast
from tests.tenants.test_landlord_map import tile_of

PLACE = tile_of(X0 + 1_500, Y0 + 1_500, 13)
OWN, SHARED = "landlord-tiles", "shared-tile"


def tile(client: Client, route: str = OWN) -> Any:
    return client.get(reverse(route, args=PLACE))


def ids(answer: Any) -> set[int]:
    layers = mapbox_vector_tile.decode(answer.content).values()
    return {each["id"] for layer in layers for each in layer["features"]}


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that took the long way: resolved a principal from the tables."""
    from accounts import principal

    taken: list[str] = []
    of_request = principal.of_request

    def noting(request: Any) -> Any:
        taken.append(request.path)
        return of_request(request)

    monkeypatch.setattr(principal, "of_request", noting)
    return taken


@pytest.mark.parametrize("route", [OWN, SHARED])
def test_the_second_tile_takes_the_short_way_and_is_the_same(
    cast: Cast, long_way: list[str], route: str, django_capture_on_commit_callbacks: Any
) -> None:
    member = cast.amandier.admin if route == OWN else cast.police
    client = member.client()
    with django_capture_on_commit_callbacks(
        execute=True
    ):  # the journal's entry counts once committed
        first = tile(client, route)
    with CaptureQueriesContext(connection) as queries:
        second = tile(client, route)
    assert len(long_way) == 1
    assert (second.status_code, second.content) == (first.status_code, first.content)
    for name in (
        "Cache-Control",
        "ETag",
        "Content-Type",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ):
        assert second[name] == first[name], name
    assert second["Content-Security-Policy"] == "default-src 'none'"
    # What the first tile read stands: one statement says so, and no transaction opens.
    assert [each["sql"].count("reader_token") for each in queries.captured_queries] == [1]


@pytest.mark.parametrize("route", [OWN, SHARED])
def test_what_moves_anywhere_is_asked_for_again(
    cast: Cast, route: str, django_capture_on_commit_callbacks: Any
) -> None:
    """Another landlord's change ends what stood; the tile is read in the scope again, then stands anew."""
    member = cast.amandier.admin if route == OWN else cast.police
    client = member.client()
    with django_capture_on_commit_callbacks(execute=True):
        first = [tile(client, route) for _ in range(2)][1]
    with landlord_scope(cast.bouleau.admin.principal):
        site = next(iter(cast.bouleau.sites.values()))
        site.dwellings += 1
        site.save(update_fields=["dwellings"])
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert ids(tile(client, route)) == ids(first)
        taken.append(len(queries))
    assert taken[0] > taken[1] == 1


def test_a_filter_that_must_ask_the_door_opens_the_scope(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    for _ in range(2):
        tile(client)
    url = reverse(OWN, args=PLACE) + "?q=N4"
    first, again = client.get(url), client.get(url)
    assert first.content == again.content != tile(client).content
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) == 1  # what the filter left is kept


def test_the_tokens_are_all_that_the_web_login_learns_outside_a_scope(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT shared.reader_token(), own_token()")
        assert all(cursor.fetchone())
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'shared'::regnamespace "
            "AND has_function_privilege('orsen_web', p.oid, 'EXECUTE')"
        )
        assert {name for (name,) in cursor.fetchall()} == {"shared.reader_token()"}
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'shared'::regnamespace "
            "AND c.relkind IN ('r', 'v', 'm') AND has_table_privilege('orsen_web', c.oid, 'SELECT')"
        )
        assert cursor.fetchall() == []


def suspended(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.police.membership.pk).update(suspended_at=timezone.now())


def over(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Membership.objects.filter(pk=cast.police.membership.pk).update(since=yesterday, until=yesterday)


def without_account(cast: Cast) -> None:
    cast.police.user.is_active = False
    cast.police.user.save()


def new_password(cast: Cast) -> None:
    cast.police.user.set_password("une autre phrase de passe")
    cast.police.user.save()


def organisation_closed(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.police.membership.organisation_id).update(is_active=False)


def session_gone(cast: Cast) -> None:
    Session.objects.all().delete()


def session_over(cast: Cast) -> None:
    Session.objects.update(expire_date=timezone.now())


@pytest.mark.parametrize(
    "cut",
    [suspended, over, without_account, new_password, organisation_closed, session_gone, session_over],
)  # fmt: skip
def test_whoever_may_no_longer_read_gets_no_tile_the_short_way(
    cast: Cast, cut: Callable[[Cast], None]
) -> None:
    client = cast.police.client()
    for _ in range(2):
        assert tile(client, SHARED).status_code == 200
    cut(cast)
    assert tile(client, SHARED).status_code in {302, 403}
    assert tile(client, SHARED).content == b"" or b"points" not in tile(client, SHARED).content


def test_a_role_that_loses_the_permission_is_refused(cast: Cast) -> None:
    client, membership = cast.amandier.admin.client(), cast.amandier.admin.membership
    for _ in range(2):
        assert tile(client).status_code == 200
    Membership.objects.filter(pk=membership.pk).update(
        organisation=cast.police.membership.organisation, role_code="partner_reader"
    )
    assert tile(client).status_code == 403


def test_acting_for_another_organisation_changes_the_tiles(cast: Cast) -> None:
    person = cast.amandier.admin
    other = Membership.objects.create(
        user=person.user, organisation=cast.bouleau.organisation, role_code="landlord_admin"
    )
    client = person.client()
    mine = [tile(client).content for _ in range(2)][1]
    client.post(reverse("switch-organisation"), {"membership": other.pk})
    theirs = [tile(client).content for _ in range(2)]
    assert theirs[0] == theirs[1] != mine


def test_a_second_factor_that_comes_to_be_owed_is_asked_for(cast: Cast) -> None:
    client = cast.police.client()
    for _ in range(2):
        assert tile(client, SHARED).status_code == 200
    with override_settings(ORSEN_REQUIRE_SECOND_FACTOR=True):
        assert tile(client, SHARED).status_code == 302


def test_a_suspended_convention_shows_nothing_the_short_way(cast: Cast) -> None:
    client = cast.police.client()
    for _ in range(2):
        assert tile(client, SHARED).status_code == 200
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(state="suspended")
    assert (tile(client, SHARED).status_code, tile(client, SHARED).content) == (204, b"")


def test_a_tile_that_does_not_exist_is_refused_in_words(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    tile(client)
    answer = client.get(reverse(OWN, args=(1, 2, 0)))
    assert answer.status_code == 404
    assert "tuile" in answer.content.decode()


def test_a_forged_session_key_is_nobody(cast: Cast) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    assert tile(client).status_code == 302


@pytest.mark.commits
def test_a_connection_that_was_cut_is_made_again(committed: None) -> None:
    cast = make_cast()
    client = cast.amandier.admin.client()
    assert tile(client).status_code == tile(client).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    from tests.conftest import superuser

    admin = superuser().connect(connections["default"].settings_dict["NAME"])
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    admin.close()
    assert tile(client).status_code == 200


def test_marked_views_are_the_tiles_and_their_gate_stands(cast: Cast) -> None:
    found = {
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and name.endswith(("-tile", "-tiles"))
    }
    address = {"z": 0, "x": 0, "y": 0}
    marked = set()
    for name in found:
        kind = {"kind": "commune"} if name == "territory-tile" else {}
        prefix = reverse(name, kwargs=address | kind).removesuffix("/0/0/0.mvt")
        marked |= {name} if express.view_of(prefix) else set()
    assert {"landlord-tiles", "shared-tile", "territory-tile", "base-tile"} <= marked
    assert express.view_of("/sites") is None


def test_the_short_way_leaves_no_scope_behind(cast: Cast) -> None:
    from tenants.wall.context import current_scope

    client = cast.amandier.admin.client()
    for _ in range(2):
        tile(client)
    assert current_scope() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('orsen.ctx', true)")
        assert cursor.fetchone() in {("orsen_web", ""), ("orsen_web", None)}
