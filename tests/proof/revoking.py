"""What a convention gave is gone at the next request, on every path, whichever way it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections
from django.utils import timezone

from tests.proof.matrix import MATRIX
from tests.proof.objects import Values, candidates, path_of, world_tiles
from tests.proof.probing import Prober, ask
from tests.proof.world import Reader, World

Change = tuple[str, str, Any, Callable[[World], int]]


def _convention(world: World) -> int:
    return int(world.conventions["site"]["convention"].pk)


def _landlord(world: World) -> int:
    return int(world.landlords["site-1"].pk)


def _partner(world: World) -> int:
    assert world.partner is not None
    return int(world.partner.pk)


def _yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


THEIRS: Final = "convention_id = {c} AND organisation_id = {l}"
# Way to end → what the owner writes: table, column, value, condition. {c}, {l}, {p}: convention, landlord, partner.
WAYS: Final[dict[str, tuple[str, str, Callable[[], Any], str]]] = {
    "ended": ("sharing_convention", "state", lambda: "ended", "id = {c}"),
    "suspended": ("sharing_convention", "state", lambda: "suspended", "id = {c}"),
    "past its last day": ("sharing_convention", "ends_on", _yesterday, "id = {c}"),
    "landlord's signature withdrawn": ("sharing_signature", "withdrawn_at", timezone.now, THEIRS),
    "landlord capped at commune": ("sharing_signature", "cap", lambda: "commune", THEIRS),
    "landlord deactivated": ("accounts_organisation", "is_active", lambda: False, "id = {l}"),
    "site out of the stock": ("tenants_site", "state", lambda: "left", "landlord_id = {l}"),
    "level unpublished": ("tenants_site", "published_level", lambda: None, "landlord_id = {l}"),
}  # fmt: skip
# Ways that end the reader's own right: she gets nothing at all.
READERS_WAYS: Final[dict[str, tuple[str, str, Callable[[], Any], str]]] = {
    "membership suspended": ("accounts_membership", "suspended_at", timezone.now, "organisation_id = {p}"),
    "membership over": ("accounts_membership", "until", _yesterday, "organisation_id = {p}"),
    "organisation deactivated": ("accounts_organisation", "is_active", lambda: False, "id = {p}"),
    "person deactivated": ("accounts_user", "is_active", lambda: False,
                           "id IN (SELECT user_id FROM accounts_membership WHERE organisation_id = {p})"),
    "reader's signature withdrawn": ("sharing_signature", "withdrawn_at", timezone.now, "organisation_id = {p}"),
}  # fmt: skip


@contextmanager
def changed(world: World, way: tuple[str, str, Callable[[], Any], str]) -> Iterator[None]:
    """The owner writes it, and what stood there afterwards."""
    table, column, value, condition = way
    where = condition.format(c=_convention(world), l=_landlord(world), p=_partner(world))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT id, {column} FROM {table} WHERE {where}")
        before = cursor.fetchall()
        if column == "until":  # a membership ends after it began
            cursor.execute(f"UPDATE {table} SET since = since - 9 WHERE {where}")
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [value()])
    assert before, way
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            for number, old in before:
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [old, number])


def shared_paths(world: World, reader: Reader) -> Iterator[tuple[str, str]]:
    """(route, path) of everything that shows shared sites: objects of « site-1 », and every list, map, tile, page."""
    for route, row in MATRIX.items():
        if "GET" not in row.verbs or not row.admits(reader.letter):
            continue
        if row.reach_of(reader.letter) == "shared":
            values: list[Values] = [dict(candidates(row.object, world, reader))["site-1"]]
        elif row.reach == "anyone" and row.object in {"", "tile"}:
            values = world_tiles(world) if row.object else [{}]
        else:
            continue
        for each in values:
            yield route, path_of(route, each)
            if route.startswith("api/v1/sites/") and reader.letter == "A":
                yield route, f"{path_of(route, each)}?perimetre=partages"


def met_on(prober: Prober, reader: Reader) -> dict[str, int]:
    """path → status of every answer in which the shared site shows."""
    shown = {}
    for _route, path in shared_paths(prober.world, reader):
        answer = ask(prober.clients[reader.label], "GET", path)
        prober.proof.probes += 1
        if any(each.owner == "site-1" for each in prober.world.book.met(answer.text, echoed=path)):
            shown[path] = answer.status
    return shown
