"""What a reader may have on a map now: her scope, the version of its data, how its points are loaded and filtered."""

from __future__ import annotations

from functools import partial

from accounts.principal import Principal
from gis.tiles.views import Reading
from sharing.sites import tiles
from sharing.sites.filters import SiteFilter
from tenants.stock.filters import SiteFilter as OwnFilter
from tenants.tiles import own


def own_reading(principal: Principal, asked: OwnFilter | None = None) -> Reading:
    """The landlord's own sites, within the member's reach."""
    return Reading(
        own.scope_key(principal),
        own.version(principal),
        partial(own.load, principal),
        partial(own.choose, principal, asked or OwnFilter()),
    )


def shared_reading(principal: Principal, asked: SiteFilter | None = None) -> Reading:
    """Other organisations' sites that conventions give the reader. Raises NoSharedDataError for a coordination."""
    now = tiles.state(principal)
    return Reading(
        tiles.scope_key(principal, now),
        tiles.version_of(now),
        partial(tiles.load, principal),
        partial(tiles.choose, principal, asked or SiteFilter()),
    )
