"""Tiles of the shared map are what SQL gives through the wall at this very request, each reader's its own."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.tiles.snapshot import Snapshot
from sharing.access import shared_scope, shared_sites
from sharing.access.models import keys_of, number_of
from sharing.conventions.models import AnnexLine, Convention, Signature
from sharing.details import ORDER
from sharing.sites import tiles
from tenants.access import landlord_scope
from tests.cast import X0, Y0, Cast, Member, amended, make_cast
from tests.tenants.test_landlord_map import tile_of

PLACES = [tile_of(X0 + x, Y0 + 1_500, 12) for x in (1_500, 6_000)]


def tile(member: Member, place: tuple[int, int, int], query: str = "", tag: str = "") -> Any:
    """Every point by itself."""
    query = f"{query or '?'}&couche=points"
    headers = {"if-none-match": tag} if tag else {}
    return member.client().get(reverse("shared-tile", args=place) + query, headers=headers)


def points(answer: Any) -> dict[int, int]:
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    found = layers.get("points", {"features": []})["features"]
    return {each["id"]: each["properties"]["level"] for each in found}


def on_tiles(member: Member) -> dict[int, int]:
    """Number and level of what the reader's tiles hold."""
    return {key: level for place in PLACES for key, level in points(tile(member, place)).items()}


def in_sql(member: Member) -> dict[int, int]:
    """The same through the door."""
    with shared_scope(member.principal):
        return {number_of(site.key): site.level for site in shared_sites(member.principal)}


LINES = st.fixed_dictionaries(
    {
        "min_level": st.integers(1, 4),
        "detail": st.sampled_from([each.value for each in ORDER]),
        "place": st.integers(0, 2),
        "named": st.booleans(),
    }
)
STEPS = st.one_of(
    st.tuples(st.just("line"), LINES),
    st.tuples(st.just("level"), st.tuples(st.integers(0, 11), st.integers(0, 4))),
    st.tuples(st.just("state"), st.sampled_from(["active", "active", "suspended"])),
    st.tuples(st.just("cap"), st.tuples(st.integers(0, 1), st.sampled_from(["site", "file", "zone"]))),
    st.tuples(st.just("withdraw"), st.integers(0, 1)),
)  # fmt: skip


def take(cast: Cast, step: tuple[str, Any]) -> None:
    """One change of the rules or of the data."""
    kind, value = step
    landlords = (cast.amandier, cast.bouleau)
    if kind == "line":
        territory = (cast.departement, cast.communes[0], cast.neighbourhood)[value["place"]]
        who: dict[str, Any] = {"reader": "category", "category": "police"}
        if value["named"]:
            who = {"reader": "organisation", "organisation": cast.police.membership.organisation}
        with amended(cast) as annex:
            AnnexLine.objects.create(
                convention=cast.convention, annex=annex, territory=territory,
                min_level=value["min_level"], detail=value["detail"], **who,
            )  # fmt: skip
    elif kind == "level":
        site = [each for landlord in landlords for each in landlord.sites.values()][value[0]]
        landlord = landlords[value[0] // 6]
        with landlord_scope(landlord.admin.principal):
            site.published_level = value[1] or None
            site.save(update_fields=["published_level"])
    elif kind == "state":
        with shared_scope(cast.coordinator.principal):
            Convention.objects.update(state=value)
    else:
        landlord = landlords[value if kind == "withdraw" else value[0]]
        change = {"withdrawn_at": timezone.now()} if kind == "withdraw" else {"cap": value[1]}
        with landlord_scope(landlord.admin.principal):
            Signature.objects.filter(organisation=landlord.organisation).update(**change)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_tiles_follow_random_rules_and_data_step_by_step(
    cast: Cast, steps: list[tuple[str, Any]]
) -> None:
    with transaction.atomic():
        assert on_tiles(cast.police) == in_sql(cast.police)
        for step in steps:
            take(cast, step)
            assert on_tiles(cast.police) == in_sql(cast.police), step
        transaction.set_rollback(True)


def test_only_the_landlord_that_moved_is_read_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two landlords, one that moved is merged into what is kept; the other's points are not read."""
    before = on_tiles(cast.police)
    asked: list[Any] = []
    read = tiles.read

    def noting(only: Any, landlords: Any) -> Snapshot:
        asked.append(only)
        return read(only, landlords)

    monkeypatch.setattr(tiles, "read", noting)
    take(cast, ("level", (2, 4)))
    changed = on_tiles(cast.police)
    assert asked == [[cast.amandier.organisation.pk]]
    number = number_of(cast.amandier.sites["N3"].key)
    assert changed == before | {number: 4} == in_sql(cast.police)


@pytest.mark.commits
def test_many_landlords_read_in_parts_are_the_same_points(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = make_cast()
    principal = cast.police.principal
    with shared_scope(principal):
        landlords = tiles.state(principal)[1]
        whole = tiles.read(None, landlords)
    assert len(whole) > 1
    monkeypatch.setattr(tiles, "WORTH_DIVIDING", 1)
    with shared_scope(principal):
        parts = tiles.read_apart(principal, landlords)
    for column in ("order", "key", "level", "dwellings", "group"):
        assert getattr(parts, column).tolist() == getattr(whole, column).tolist()
    monkeypatch.setattr(
        tiles, "PARTS", 3
    )  # more parts than landlords: some are empty, none is everything
    with shared_scope(principal):
        assert tiles.read_apart(principal, landlords).key.tolist() == whole.key.tolist()


def test_unpublished_work_of_a_landlord_does_not_show_in_the_pace_of_versions(cast: Cast) -> None:
    """A rating validated but not published moves the landlord's own tiles, not one byte of its readers'."""
    first = tile(cast.police, PLACES[0])
    site = cast.amandier.sites["N3"]
    with landlord_scope(cast.amandier.admin.principal):
        site.current_level = 1
        site.save(update_fields=["current_level"])
    assert tile(cast.police, PLACES[0], tag=first["ETag"]).status_code == 304


def test_a_tag_of_one_reader_is_worth_nothing_to_another_and_none_after_the_end(cast: Cast) -> None:
    first = tile(cast.police, PLACES[0])
    assert tile(cast.parquet, PLACES[0], tag=first["ETag"]).status_code == 204
    assert tile(cast.police, PLACES[0], tag=first["ETag"]).status_code == 304
    take(cast, ("state", "suspended"))
    after = tile(cast.police, PLACES[0], tag=first["ETag"])
    assert (after.status_code, after.content) == (204, b"")
    take(cast, ("state", "active"))
    assert points(tile(cast.police, PLACES[0])) == points(first)


@pytest.mark.commits
def test_a_convention_that_ends_at_midnight_ends_for_kept_tiles(committed: None) -> None:
    """The day is inside the fingerprint: nothing is written at midnight, the answer changes all the same."""
    cast = make_cast()
    first = tile(cast.police, PLACES[0])
    assert first.content
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('shared.today'::regproc)")
        today = cursor.fetchone()[0]
        try:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION shared.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS "
                "$$ SELECT max(ends_on) + 1 FROM public.sharing_convention $$"
            )
            after = tile(cast.police, PLACES[0], tag=first["ETag"])
        finally:
            cursor.execute(today)
    assert (after.status_code, after.content) == (204, b"")
    assert tile(cast.police, PLACES[0], tag=first["ETag"]).status_code == 304


def test_a_kept_tile_of_another_reader_is_never_given(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Landlord and partner in turn; then with the planted fault, a key without the reader, which must show."""
    readers = [(cast.police, "shared-tile"), (cast.parquet, "shared-tile")]

    def everybody() -> list[bytes]:
        return [
            member.client().get(reverse(route, args=PLACES[0])).content for member, route in readers
        ]

    seen = everybody()
    assert seen == everybody()
    assert seen[0]
    assert not seen[1]
    monkeypatch.setattr(tiles, "scope_key", lambda principal, now: "everybody")
    monkeypatch.setattr(tiles, "version_of", lambda now: "1")
    assert len(set(everybody())) == 1


def test_filters_hold_on_the_shared_tiles(cast: Cast) -> None:
    numbers = {
        code: number_of(site.key)
        for code, site in cast.amandier.sites.items()
    }  # fmt: skip
    landlord = f"?bailleur={cast.amandier.organisation.pk}"
    assert set(points(tile(cast.police, PLACES[0], landlord))) == {numbers["N3"], numbers["N4"]}
    assert set(points(tile(cast.police, PLACES[0], f"{landlord}&niveaux=4"))) == {numbers["N4"]}
    assert len(points(tile(cast.police, PLACES[0], "?niveaux=3"))) == 2


def test_a_coordination_reads_no_point(cast: Cast) -> None:
    answer = tile(cast.coordinator, PLACES[0])
    assert answer.status_code in {204, 403}
    assert answer.content == b"" or answer.status_code == 403


@pytest.mark.parametrize("number", [0, 2**48 - 1, 2**48, 2**60])
def test_a_number_that_stands_for_no_site_is_not_found(cast: Cast, number: int) -> None:
    url = reverse("shared-map-card", args=[number])
    assert cast.police.client().get(url).status_code == 404


def test_numbers_and_keys_agree_in_python_and_in_postgresql(cast: Cast) -> None:
    with shared_scope(cast.police.principal):
        for site in shared_sites(cast.police.principal):
            first, last = keys_of(site.number)
            assert first <= site.key <= last
