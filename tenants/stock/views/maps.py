"""The landlord's own map: the page, its tiles, the list of what it shows, the card of a point."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accounts.gate import express, principal_of, requires
from gis.tiles.views import Reading, asked_tile, scoped_response
from tenants.access import counter_visits, sites
from tenants.campaigns.models import CounterVisit
from tenants.stock.filters import filter_choices, read_filter
from tenants.stock.models import Site
from tenants.tiles import own

METROPOLE: Final = (
    -5.2,
    41.3,
    9.6,
    51.1,
)  # west, south, east, north, degrees: where there is no site yet
MAX_LISTED: Final = 100


@require_GET
@requires("sites.read")
def landlord_map(request: HttpRequest) -> HttpResponse:
    """The map of the sites within reach, at their current level."""
    principal = principal_of(request)
    tiles = reverse("landlord-tiles", args=(0, 0, 0))
    config = {
        "tilesUrl": tiles.replace("0/0/0", "{z}/{x}/{y}"),
        "bounds": _bounds(sites(principal)),
        "cardUrl": reverse("landlord-map-card", args=(0,)).replace("0", "{key}"),
        "listUrl": reverse("landlord-map-list"),
    }
    if settings.ORSEN_BASE_TILES_URL:
        config["baseTilesUrl"] = settings.ORSEN_BASE_TILES_URL
    context = {
        "heading": _("Carte des sites"),
        "config": config,
        "chosen": read_filter(request.GET),
        **filter_choices(principal),
        **_listed(request),
    }
    return render(request, "stock/map.html", context)


def _bounds(rows: QuerySet[Site]) -> tuple[float, ...]:
    """The frame of the sites in degrees, at least about a kilometre wide."""
    extent = rows.order_by().aggregate(frame=Extent("geom"))["frame"]
    if extent is None:
        return METROPOLE
    box = Polygon.from_bbox(extent)
    box.srid = 2154
    frame = box.buffer(500).transform(4326, clone=True)
    return tuple(round(degrees, 5) for degrees in frame.extent)


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


@express
@require_safe
@requires("sites.read")
def landlord_tiles(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the managed sites within reach: points from zoom 12, clusters counted after the scope below.

    The feature id is the site's number, for the card; attributes as in gis.tiles.snapshot.
    """
    principal = principal_of(request)
    asked = read_filter(request.GET)
    reading = Reading(
        own.scope_key(principal),
        own.version(principal),
        partial(own.load, principal),
        partial(own.choose, principal, asked),
    )
    wanted = "" if asked.is_empty else repr(asked)
    return scoped_response(request, own.store(), reading, asked_tile(request, z, x, y, wanted))


def _asked_box(request: HttpRequest) -> Polygon | None:
    """The frame of `bbox` (west, south, east, north, degrees). Raises Http404 for what is not one."""
    text = request.GET.get("bbox", "")
    if not text:
        return None
    try:
        west, south, east, north = (float(word) for word in text.split(","))
    except ValueError as error:
        raise Http404(_("Le cadre de la carte est illisible. Rechargez la page.")) from error
    inside = -180 <= west < east <= 180 and -85.06 <= south < north <= 85.06
    if not inside:
        raise Http404(_("Le cadre de la carte est illisible. Rechargez la page."))
    # EPSG:2154 means nothing far from France: what lies beyond cannot hold a site anyway.
    held = max(west, -10.0), max(south, 40.0), min(east, 15.0), min(north, 53.0)
    if held[0] >= held[2] or held[1] >= held[3]:
        return Polygon.from_bbox((0, 0, 0, 0))
    return box_in_lambert(*held)


@require_GET
@requires("sites.read")
def landlord_map_list(request: HttpRequest) -> HttpResponse:
    """The sites in the frame of the map, the gravest first: a fragment."""
    return render(request, "stock/_map_list.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    rows = read_filter(request.GET).apply(sites(principal_of(request)))
    rows = rows.filter(state=Site.State.MANAGED)
    if request.GET.get("niveaux") == "":
        rows = rows.none()  # every level of the legend is unticked
    box = _asked_box(request)
    if box is not None:
        rows = rows.filter(geom__bboverlaps=box)
    gravest_first = F("current_level").desc(nulls_last=True)
    found = list(rows.order_by(gravest_first, "name", "pk")[: MAX_LISTED + 1])
    for site in found:
        if site.geom is not None:
            site.geom.transform(4326)
    return {"found": found[:MAX_LISTED], "more": len(found) > MAX_LISTED, "most": MAX_LISTED}


@require_GET
@requires("sites.read")
def landlord_map_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The short card of one site: a fragment. The number comes from a tile of the same reader."""
    principal = principal_of(request)
    site = get_object_or_404(sites(principal).select_related("agency"), pk=pk)
    context = {
        "site": site,
        "pending": principal.may("campaigns.read")
        and counter_visits(principal).filter(site=site, state=CounterVisit.State.PENDING).exists(),
    }
    return render(request, "stock/_map_card.html", context)
