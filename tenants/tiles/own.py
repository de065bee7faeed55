"""The landlord's own map: whose scope it is, whether it moved, and the points that the member may see."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import IntegerField, QuerySet, SmallIntegerField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accounts.principal import Principal
from gis.tiles.reading import read_points, steps
from gis.tiles.snapshot import Snapshot
from gis.tiles.store import Shelf, Store
from tenants.access import landlord_scope, sites
from tenants.access.door import NotALandlordError
from tenants.stock.filters import SiteFilter
from tenants.stock.models import Site
from tenants.wall.context import Scope, ask
from tenants.wall.statements import first_in_scope

VERSION = first_in_scope("SELECT own_token(), coalesce(sum(own), 0)::text FROM tenants_dataversion")
LANDLORDS_KEPT = 2_000

# Of each landlord, the last version and the token of all landlords' data that it was read with.
_VERSIONS: dict[int, tuple[str, str]] = {}


@cache
def store() -> Store:
    """What this process keeps, for every map."""
    return Store(settings.ORSEN_TILE_MEMORY_BYTES)


def scope_key(principal: Principal) -> str:
    """What tells the member's scope from any other: the landlord, and for a narrower reach the person and the day.

    The rest of what a narrower reach rests on (attachments, assignments, grants) moves the landlord's version.
    """
    if not principal.is_landlord:
        raise NotALandlordError(principal.organisation_kind)
    if principal.role.reach == "all":
        return f"own/{principal.organisation_id}"
    who = f"{principal.membership_id}/{principal.user_id}/{principal.role.reach}"
    return f"own/{principal.organisation_id}/{who}/{timezone.localdate()}"


def version(principal: Principal) -> str:
    """The version of the landlord's data now. One trip to the database, through the wall."""
    scope = Scope("landlord", principal.organisation_id, principal.user_id)
    token, now = ask(scope, VERSION)
    if len(_VERSIONS) >= LANDLORDS_KEPT:
        _VERSIONS.clear()
    _VERSIONS[principal.organisation_id] = token, now
    return str(now)


def standing_version(principal: Principal, token: str) -> str | None:
    """The version as it was last read, if nothing of any landlord's has moved since; None otherwise.

    `token`: of own_token(), read at this request. The token is of the statement that read the version: one that stands
    says that both do.
    """
    known = _VERSIONS.get(principal.organisation_id) if principal.is_landlord else None
    return known[1] if known is not None and known[0] == token else None


def shown(rows: QuerySet[Site]) -> QuerySet[Site]:
    """Those of the sites that a map shows."""
    return rows.filter(state=Site.State.MANAGED, geom__isnull=False).order_by()


def load(principal: Principal, older: Shelf | None) -> tuple[str, str, Snapshot]:
    """The member's points, through the door, and the version that they are of."""
    with landlord_scope(principal):
        at = version(principal)
        columns: dict[str, Any] = {
            "point_level": Cast(Coalesce("current_level", 0), SmallIntegerField()),
            "point_dwellings": Cast("dwellings", IntegerField()),
        }
        chosen = shown(sites(principal)).annotate(**columns)
        names = ("id", "tile_x", "tile_y", "point_level", "point_dwellings", "landlord_id")
        statement, parameters = chosen.values_list(*names).query.sql_with_params()
        with connection.cursor() as cursor:
            rows = read_points(cursor, statement, parameters)
    snapshot = Snapshot(
        steps(rows["x"]), steps(rows["y"]), rows["level"], rows["dwellings"], rows["key"]
    )
    return at, "", snapshot


def choose(principal: Principal, asked: SiteFilter, snapshot: Snapshot) -> Snapshot:
    """What a filter leaves of the member's points: levels are told here, the rest by the door that the list asks."""
    if asked == SiteFilter(levels=asked.levels):
        return snapshot.at_levels(asked.levels)
    with landlord_scope(principal):
        keys = list(asked.apply(shown(sites(principal))).values_list("pk", flat=True))
    return snapshot.only(np.array(keys, dtype=np.uint64))
