"""The map of the shared sites: page, tiles, list of what is in view, card."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import Transform
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import express, principal_of, requires
from gis.tiles.views import SCOPED_HEADERS, asked_tile, scoped_response
from sharing.access import shared_site, shared_site_numbered, shared_sites
from sharing.journal import harvest
from sharing.journal.models import Action
from sharing.journal.services import record_map, record_rows, record_site, record_tiles
from sharing.sites.cards import degrees
from sharing.sites.filters import WGS_84, BadBoxError, SiteFilter, box, facet, inside
from sharing.sites.map_readings import shared_reading
from sharing.sites.situation import situation
from tenants.tiles import own

IN_VIEW = 60
ANYWHERE = (-5.2, 41.3, 9.6, 51.1)  # metropolitan France, degrees: nothing to show more closely
MARGIN = 0.01  # degrees around the outermost sites


@require_GET
@requires("shared.read", "sharing.read")
def shared_map(request: HttpRequest) -> HttpResponse:
    """The map page; without a site to show, the page that says why."""
    principal = principal_of(request)
    sites = shared_sites(principal)
    found = facet(sites)
    if not found.total:
        context = {
            "heading": _("Carte"),
            "tab": "map",
            "situation": situation(principal),
            "facet": found,
        }
        return render(request, "sites/nothing.html", context)
    record_map(principal)
    asked = SiteFilter.of_query(request.GET)
    first = list(asked.order(asked.apply(sites))[:IN_VIEW])
    record_rows(principal, Action.LISTED, first)
    context = {
        "heading": _("Carte"),
        "tab": "map",
        "rows": [(site, degrees(site)) for site in first],
        "total": len(first) if len(first) < IN_VIEW else asked.apply(sites).count(),
        "facet": found,
        "asked": asked,
        "config": {
            "tilesUrl": tile_address("shared-tile"),
            "baseTilesUrl": settings.ORSEN_BASE_TILES_URL,
            "bounds": _bounds(sites),
            "levels": [1, 2, 3, 4],
            "cardUrl": reverse("shared-map-card", args=[0]).replace("/0/", "/{key}/"),
            "listUrl": reverse("shared-map-list"),
        },
    }  # fmt: skip
    return render(request, "sites/map.html", context)


def tile_address(name: str) -> str:
    """The address of a layer's tiles, as the map wants it: {z}/{x}/{y}."""
    return reverse(name, args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")


def _bounds(sites: object) -> list[float]:
    extent = sites.order_by().aggregate(  # type: ignore[attr-defined]  # a query set
        box=Extent(Transform("geom", WGS_84))
    )["box"]
    if extent is None:
        return list(ANYWHERE)
    west, south, east, north = extent
    return [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN]


@express
@require_GET
@requires("shared.read", "sharing.read")
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of what the reader sees, under its own scope; kept by nobody on the way."""
    principal = principal_of(request)
    asked = SiteFilter.of_query(request.GET)
    wanted = "" if asked == SiteFilter() else repr(asked)
    address = asked_tile(request, z, x, y, wanted)
    if principal.is_coordinator:
        return HttpResponse(status=204, headers=SCOPED_HEADERS)
    reading = shared_reading(principal, asked)
    record_tiles(principal, reading.scope)
    return scoped_response(request, own.store(), reading, address)


@require_GET
@requires("shared.read", "sharing.read")
def in_view(request: HttpRequest) -> HttpResponse:
    """The list of the sites inside the window of the map, gravest first."""
    principal = principal_of(request)
    asked = SiteFilter.of_query(request.GET)
    try:
        window = box(request.GET.get("bbox", ""))
    except BadBoxError:
        return HttpResponseBadRequest(_("La fenêtre de la carte n’est pas lisible : rechargez la page."))  # fmt: skip
    found = inside(asked.order(asked.apply(shared_sites(principal))), window)
    rows = list(found[:IN_VIEW])
    total = found.count() if len(rows) == IN_VIEW else len(rows)
    record_rows(principal, Action.LISTED, rows)
    context = {"rows": [(site, degrees(site)) for site in rows], "total": total}
    return render(request, "sites/_in_view.html", context)


@require_GET
@requires("shared.read", "sharing.read")
def card(request: HttpRequest, key: UUID) -> HttpResponse:
    """The card of one site, beside the map."""
    principal = principal_of(request)
    site = shared_site(principal, key)
    if harvest.is_over(principal, 1):
        return harvest.refused_page(request)
    record_site(principal, site)
    return render(request, "sites/_card.html", {"site": site})


@require_GET
@requires("shared.read", "sharing.read")
def numbered_card(request: HttpRequest, number: int) -> HttpResponse:
    """The same card, for a point of a tile: it carries a number, not a key."""
    principal = principal_of(request)
    site = shared_site_numbered(principal, number)
    if harvest.is_over(principal, 1):
        return harvest.refused_page(request)
    record_site(principal, site)
    return render(request, "sites/_card.html", {"site": site})
