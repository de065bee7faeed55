"""The map of the shared sites: page, tiles, list of what is in view, card."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point, Polygon
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import asking, at_hand, express, principal_of, requires
from accounts.principal import Principal
from gis.territories.models import Territory
from gis.tiles.grid import OutsideGridError
from gis.tiles.views import (
    MVT,
    SCOPED_HEADERS,
    asked_tile,
    response_at_hand,
    scoped_response,
)
from sharing.access import shared_site, shared_site_numbered, shared_sites, zones
from sharing.access.models import SharedSite
from sharing.journal import harvest
from sharing.journal.models import Action
from sharing.journal.services import record_map, record_rows, record_site, record_tiles
from sharing.sites import tiles
from sharing.sites.cards import degrees
from sharing.sites.filters import WGS_84, BadBoxError, SiteFilter, box, facet, inside
from sharing.sites.map_choice import (
    NEWS_VIEW,
    SharedChoice,
    read_choice,
    reads_files,
    timeline,
    views_of,
)
from sharing.sites.map_readings import shared_reading
from sharing.sites.marks import MOST_URGENT, Mark, listed, mark_tile
from sharing.sites.search import search
from sharing.sites.situation import situation
from sharing.visits.services import last_visit, previous_visit
from tenants.incidents.nomenclature import FAMILIES
from tenants.tiles import own
from tenants.tiles.standing import Standing

ANYWHERE = (-5.2, 41.3, 9.6, 51.1)  # metropolitan France, degrees: nothing to show more closely
Row = tuple[
    SharedSite, Point | None, Mark | None
]  # of the list: where it stands in degrees, what the view says of it
MARGIN = 0.01  # degrees around the outermost sites


@require_GET
@requires("shared.read", "sharing.read")
def shared_map(request: HttpRequest) -> HttpResponse:
    """The map page; without a site to show, the map of the zones; without a zone either, the page that says why."""
    principal = principal_of(request)
    sites = shared_sites(principal)
    found = facet(sites)
    if not found.total and zones(principal):
        return redirect("shared-zone-map")
    if not found.total:
        context = {
            "heading": _("Carte"),
            "tab": "map",
            "situation": situation(principal),
            "facet": found,
        }
        return render(request, "sites/nothing.html", context)
    if harvest.is_over_in_lists(principal, MOST_URGENT):
        return harvest.refused_list(request)
    record_map(principal)
    last_visit(principal)
    choice = read_choice(request.GET, principal)
    files = reads_files(principal)
    line = timeline(principal) if files else []
    context = {
        "heading": _("Carte"),
        "tab": "map",
        "facet": found,
        "neighbourhoods": _named(found.neighbourhoods),
        "asked": choice.sites,
        "views": views_of(line, files=files),
        "timeline": line,
        "pair": (choice.before, choice.after) if choice.after else tuple(line[-2:]),
        "families": FAMILIES,
        "config": {
            "tilesUrl": tile_address("shared-tile"),
            "viewTilesUrl": tile_address("shared-view-tile"),
            "searchUrl": reverse("shared-map-search"),
            "baseTilesUrl": settings.ORSEN_BASE_TILES_URL,
            "bounds": _bounds(sites),
            "levels": [1, 2, 3, 4],
            "cardUrl": reverse("shared-map-card", args=[0]).replace("/0/", "/{key}/"),
            "listUrl": reverse("shared-map-list"),
        },
        **_listed(request, principal, choice, None),
    }  # fmt: skip
    return render(request, "sites/map.html", context)


def _named(codes: list[str]) -> list[tuple[str, str]]:
    """The QPV by name."""
    found = Territory.objects.current("qpv").filter(code__in=codes).values_list("code", "name")
    names = dict(found)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


def _listed(
    request: HttpRequest, principal: Principal, choice: SharedChoice, window: Polygon | None
) -> dict[str, Any]:
    """The list beside the map, in the view that is chosen; journalled."""
    context: dict[str, Any] = {"choice": choice}
    if choice.is_live:
        sites = choice.sites.order(choice.sites.apply(shared_sites(principal)))
        if choice.marks is not None:
            sites = sites.filter(level__in=choice.marks)
        if window is not None:
            sites = inside(sites, window)
        shown = list(sites[:MOST_URGENT])
        total = sites.count() if len(shown) == MOST_URGENT else len(shown)
        rows: list[Row] = [(site, degrees(site), None) for site in shown]
    else:
        found, total = listed(principal, choice, window)
        shown = [each.site for each in found]
        rows = [(each.site, degrees(each.site), each.mark) for each in found]
    if choice.view == NEWS_VIEW:
        context["since"] = previous_visit(principal)
    record_rows(principal, Action.LISTED, shown)
    return context | {"rows": rows, "total": total}


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


def _at_hand(
    request: HttpRequest, principal: Principal, standing: Standing, z: int, x: int, y: int
) -> HttpResponse | None:
    now = tiles.standing_state(principal, standing.shared)
    if now is None:
        return None
    asked = SiteFilter.of_query(request.GET)
    address = asked_tile(request, z, x, y, "" if asked == SiteFilter() else repr(asked))
    scope = tiles.scope_key(principal, now)
    record_tiles(principal, scope)
    return response_at_hand(request, own.store(), scope, tiles.version_of(now), address)


@express
@asking(tiles.UNMOVED)
@at_hand(_at_hand)
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
    """The list of the sites inside the window of the map, gravest first; without a window, of all."""
    try:
        window = box(request.GET["bbox"]) if "bbox" in request.GET else None
    except BadBoxError:
        return HttpResponseBadRequest(_("La fenêtre de la carte n’est pas lisible : rechargez la page."))  # fmt: skip
    principal = principal_of(request)
    if harvest.is_over_in_lists(principal, MOST_URGENT):
        return harvest.refused_list(request)
    choice = read_choice(request.GET, principal)
    return render(request, "sites/_in_view.html", _listed(request, principal, choice, window))


@require_GET
@requires("shared.read", "sharing.read")
def view_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of a view that the tiles of the sites do not carry: a past campaign, changes, news, facts."""
    principal = principal_of(request)
    try:
        tile = (
            b""
            if principal.is_coordinator
            else mark_tile(principal, read_choice(request.GET, principal), z, x, y)
        )
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    record_map(principal)
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(tile, content_type=MVT, status=200 if tile else 204, headers=headers)


@require_GET
@requires("shared.read", "sharing.read")
def map_search(request: HttpRequest) -> HttpResponse:
    """Sites and places of that name; the journal keeps the words, as it does for the list."""
    principal = principal_of(request)
    text = request.GET.get("q", "")
    answer = search(principal, text)
    for site in answer.sites:
        site.geom = degrees(site)
        site.shown_level, site.map_key = site.level, site.number  # type: ignore[attr-defined]
    record_rows(principal, Action.SEARCHED, answer.sites, text)
    return render(request, "map/_found.html", {"answer": answer, "site_route": "shared-site"})


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
