"""The tiles of a landlord's sites."""

from __future__ import annotations

from functools import partial

import numpy as np
from django.contrib.gis.geos import Polygon
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.gate import asking, at_hand, express, principal_of, requires
from accounts.principal import Principal
from gis.tiles.views import Reading, asked_tile, response_at_hand, scoped_response
from tenants.stock.filters import read_filter
from tenants.tiles import own
from tenants.tiles.standing import Standing


def box_in_lambert(west: float, south: float, east: float, north: float) -> Polygon:
    """The frame in EPSG:2154 that holds a frame in degrees, its bent edges included."""
    columns = np.linspace(west, east, 5)
    rows = np.linspace(south, north, 5)
    ring = [
        *((float(lon), south) for lon in columns),
        *((east, float(lat)) for lat in rows),
        *((float(lon), north) for lon in columns[::-1]),
        *((west, float(lat)) for lat in rows[::-1]),
    ]
    frame = Polygon([*ring, ring[0]], srid=4326).transform(2154, clone=True)
    box = Polygon.from_bbox(frame.extent)
    box.srid = 2154
    return box


def _at_hand(
    request: HttpRequest, principal: Principal, standing: Standing, z: int, x: int, y: int
) -> HttpResponse | None:
    version = own.standing_version(principal, standing.own)
    if version is None:
        return None
    asked = read_filter(request.GET, principal)
    address = asked_tile(request, z, x, y, "" if asked.is_empty else repr(asked))
    return response_at_hand(request, own.store(), own.scope_key(principal), version, address)


@express
@asking(own.VERSION)
@at_hand(_at_hand)
@require_safe
@requires("sites.read")
def landlord_tiles(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the managed sites within reach: points from zoom 13, clusters counted after the scope below.

    The feature id is the site's number, for the card; attributes as in gis.tiles.snapshot.
    """
    principal = principal_of(request)
    asked = read_filter(request.GET, principal)
    reading = Reading(
        own.scope_key(principal),
        own.version(principal),
        partial(own.load, principal),
        partial(own.choose, principal, asked),
    )
    wanted = "" if asked.is_empty else repr(asked)
    return scoped_response(request, own.store(), reading, asked_tile(request, z, x, y, wanted))
