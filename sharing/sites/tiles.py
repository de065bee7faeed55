"""Tiles of the shared sites: cut from what the annex gives the reader now, clustered after its rights."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from accounts.principal import Principal
from gis.tiles.reading import BY_UUID, read_points, steps
from gis.tiles.snapshot import Snapshot
from gis.tiles.store import Shelf
from sharing.access import shared_scope, shared_sites
from sharing.access.door import PURPOSE_OF_KIND, NoSharedDataError
from sharing.access.models import NUMBER_BITS, number_of
from sharing.sites.filters import SiteFilter
from tenants.wall.context import Scope, ask
from tenants.wall.statements import first_in_scope

STATE = "SELECT fingerprint, landlord_ids, versions FROM shared.reader_state()"
POINTS = "SELECT key, x, y, level, dwellings, owner FROM shared.my_points(%s::bigint[])"
# Beyond this share of the landlords, reading everything again is the shorter way.
WORTH_MERGING = 0.2
# From so many landlords on, their points are read in so many parts at once.
WORTH_DIVIDING = 40
PARTS = 2

UNMOVED = first_in_scope("SELECT shared.reader_token()")
ORGANISATIONS_KEPT = 2_000

State = tuple[str, tuple[int, ...], tuple[int, ...]]  # fingerprint, landlords, version of each


# Of each organisation, the last state and the token that it is of.
_STATES: dict[int, tuple[str, State]] = {}


def state(principal: Principal) -> State:
    """The rules that speak to the reader's organisation today and how far its landlords' data are.

    Asked anew when the token of what it rests on has moved, which every request asks. Raises NoSharedDataError for a
    coordination and the operator, which read no site.
    """
    purpose = PURPOSE_OF_KIND.get(principal.organisation_kind)
    if purpose is None or principal.is_coordinator:
        raise NoSharedDataError(principal.organisation_kind)
    scope = Scope(purpose, principal.organisation_id, principal.user_id)
    token = str(ask(scope, UNMOVED)[0])
    known = _STATES.get(principal.organisation_id)
    if known is not None and known[0] == token:
        return known[1]
    fingerprint, landlords, versions = ask(scope, STATE)
    now = fingerprint, tuple(landlords), tuple(versions)
    if len(_STATES) >= ORGANISATIONS_KEPT:
        _STATES.clear()
    # What moved between the two statements has moved the token of the next request too.
    _STATES[principal.organisation_id] = token, now
    return now


def standing_state(principal: Principal, token: str) -> State | None:
    """The state as it was last asked for, if nothing that it rests on has moved since; None otherwise.

    `token`: of shared.reader_token(), read at this request.
    """
    known = _STATES.get(principal.organisation_id)
    if known is None or known[0] != token or principal.is_coordinator:
        return None
    return known[1]


def scope_key(principal: Principal, now: State) -> str:
    """Members of one organisation read the same; the fingerprint of its rules is part of the key."""
    return f"shared/{principal.organisation_id}/{now[0]}"


def version_of(now: State) -> str:
    """The versions of all landlords together."""
    return ",".join(map(str, now[2]))


def load(principal: Principal, older: Shelf | None) -> tuple[str, str, Snapshot]:
    """The reader's points, and the version that they are of; only the landlords that moved are read again.

    An older shelf is of the same rules: their fingerprint is in its key.
    """
    with shared_scope(principal):
        now = state(principal)
        at = version_of(now)
        _fingerprint, landlords, versions = now
        before = older.version.split(",") if older is not None else []
        if older is None or len(before) != len(landlords):
            return at, "", read_apart(principal, landlords)
        moved = [
            landlord
            for landlord, was, version in zip(landlords, before, versions, strict=True)
            if was != str(version)
        ]
        if len(moved) > max(1, WORTH_MERGING * len(landlords)):
            return at, "", read_apart(principal, landlords)
        places = [landlords.index(landlord) for landlord in moved]
        return at, "", older.snapshot.replaced(places, read(moved, landlords))


def read(only: Sequence[int] | None, landlords: Sequence[int]) -> Snapshot:
    """Points in the scope that is open: of some landlords, or of all."""
    return placed(rows_of(only), landlords)


def read_apart(principal: Principal, landlords: Sequence[int]) -> Snapshot:
    """Points of all landlords, read in parts at once where there are many: PostgreSQL gives a statement one processor.

    Each part has a connection, a transaction and the reader's scope of its own.
    """
    if len(landlords) < WORTH_DIVIDING:
        return read(None, landlords)

    def part(number: int) -> NDArray[np.void]:
        try:
            with shared_scope(principal):
                return rows_of(landlords[number::PARTS])
        finally:
            connection.close()  # the thread's own

    with ThreadPoolExecutor(PARTS, thread_name_prefix="tiles") as pool:
        return placed(np.concatenate(list(pool.map(part, range(PARTS)))), landlords)


def rows_of(only: Sequence[int] | None) -> NDArray[np.void]:
    """Rows of points, as gis.tiles.reading gives them."""
    with connection.cursor() as cursor:
        return read_points(cursor, POINTS, [None if only is None else list(only)], BY_UUID)


def placed(rows: NDArray[np.void], landlords: Sequence[int]) -> Snapshot:
    """The rows as a snapshot; the group of a point is its landlord's place."""
    known = np.isin(rows["owner"], np.array(landlords, dtype=np.int64))
    rows = rows[known]  # of a landlord that came in between the two statements: at the next request
    groups = np.searchsorted(np.array(landlords, dtype=np.int64), rows["owner"])
    numbers = rows["key"]["first"] >> np.uint64(64 - NUMBER_BITS)
    return Snapshot(
        steps(rows["x"]), steps(rows["y"]), rows["level"], rows["dwellings"], numbers, groups
    )


def choose(principal: Principal, asked: SiteFilter, snapshot: Snapshot) -> Snapshot:
    """What a filter leaves of the reader's points: levels are told here, the rest by the door that the list asks."""
    if asked == SiteFilter(levels=asked.levels):
        return snapshot.at_levels(asked.levels)
    with shared_scope(principal):
        keys = asked.apply(shared_sites(principal)).order_by().values_list("key", flat=True)
        numbers = [number_of(key) for key in keys]
    return snapshot.only(np.array(numbers, dtype=np.uint64))
