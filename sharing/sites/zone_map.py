"""The zones on a map: page, list of what is in view, card, tiles. Nothing of it names or places a site."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from gis.degrees import in_degrees
from gis.territories.models import LAMBERT_93, Territory
from gis.tiles.grid import OutsideGridError
from gis.tiles.views import MVT
from sharing.access import Zone, zones
from sharing.details import Detail
from sharing.journal.models import Action
from sharing.journal.services import record, record_map
from sharing.sites.filters import BadBoxError, box
from sharing.sites.map_choice import reads_files, timeline, views_of
from sharing.sites.situation import situation
from sharing.sites.zone_lines import Line, lines_of
from sharing.sites.zone_tiles import zone_tile

IN_VIEW = 60
MARGIN_M = 500


@require_GET
@requires("shared.read", "sharing.read")
def zone_map(request: HttpRequest) -> HttpResponse:
    """The map page of the zones; without a zone to show, the page that says why."""
    principal = principal_of(request)
    found = zones(principal)
    if not found:
        context = {"heading": _("Carte des zones"), "tab": "map", "situation": situation(principal)}
        return render(request, "sites/nothing.html", context)
    record_map(principal, Detail.ZONE)
    files = reads_files(principal)
    tiles = reverse("shared-zone-tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    context = {
        "heading": _("Carte des zones"),
        "config": {
            "zonesUrl": tiles,
            "baseTilesUrl": settings.ORSEN_BASE_TILES_URL,
            "bounds": _frame(found),
            "cardUrl": reverse("shared-zone-card", args=[0]).replace("/0/", "/{key}/"),
            "listUrl": reverse("shared-zone-map-list"),
        },
        "views": views_of(timeline(principal) if files else [], files=files),
        **_listed(principal, found, None),
    }
    return render(request, "sites/zone_map.html", context)


def _territories(found: list[Zone]) -> list[int]:
    return [number for zone in found for number in zone.territory_ids]


def _frame(found: list[Zone]) -> tuple[float, float, float, float]:
    """West, south, east, north of the zones, degrees, with a margin."""
    shown = Territory.objects.filter(pk__in=_territories(found)).order_by()
    frame = Polygon.from_bbox(shown.aggregate(frame=Extent("geom"))["frame"])
    frame.srid = LAMBERT_93
    west, south, east, north = frame.buffer(MARGIN_M).transform(4326, clone=True).extent
    return round(west, 5), round(south, 5), round(east, 5), round(north, 5)


def _listed(principal: Principal, found: list[Zone], window: Polygon | None) -> dict[str, object]:
    """The list beside the map: the zones in the window, the highest share first, the withheld ones last; journalled."""
    territories = Territory.objects.filter(pk__in=_territories(found))
    if window is not None:
        territories = territories.filter(geom__intersects=window)
    inside = {territory.pk: territory for territory in territories}
    lines = sorted(
        (line for line in lines_of(found) if inside.keys() & set(line.zone.territory_ids)),
        key=lambda line: (line.high_percent is None, -(line.high_percent or 0), line.title),
    )
    shown = lines[:IN_VIEW]
    for convention, rows in Counter(line.zone.convention.pk for line in shown).items():
        record(principal, Action.LISTED, Detail.ZONE, convention_id=convention, rows=rows)
    placed = [(line, in_degrees(_largest(line, inside).geom.point_on_surface)) for line in shown]
    return {"placed": placed, "total": len(lines)}


def _largest(line: Line, inside: dict[int, Territory]) -> Territory:
    return max(
        (inside[number] for number in line.zone.territory_ids if number in inside),
        key=lambda territory: territory.geom.area,
    )


@require_GET
@requires("shared.read", "sharing.read")
def zones_in_view(request: HttpRequest) -> HttpResponse:
    """The zones inside the window of the map; without a window, all."""
    try:
        window = box(request.GET["bbox"]) if "bbox" in request.GET else None
    except BadBoxError:
        return HttpResponseBadRequest(_("La fenêtre de la carte n’est pas lisible : rechargez la page."))  # fmt: skip
    principal = principal_of(request)
    return render(request, "sites/_zones_in_view.html", _listed(principal, zones(principal), window))  # fmt: skip


@require_GET
@requires("shared.read", "sharing.read")
def zone_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one zone. Raises Http404 alike for an absent zone and for one that no annex gives."""
    principal = principal_of(request)
    found = [zone for zone in zones(principal) if zone.number == pk]
    if not found:
        raise Http404(
            _("Cette zone n’existe pas, ou aucune convention en vigueur ne vous la donne à lire.")
        )
    record(principal, Action.OPENED, Detail.ZONE, convention_id=found[0].convention.pk)
    return render(request, "sites/_zone_card.html", {"line": lines_of(found)[0]})


@require_GET
@requires("shared.read", "sharing.read")
def zone_tile_view(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the reader's zones; kept by nobody: a report that is withdrawn takes its zones away at once."""
    principal = principal_of(request)
    try:
        tile = zone_tile(lines_of(zones(principal)), z, x, y)
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    record_map(principal, Detail.ZONE)
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(tile, content_type=MVT, status=200 if tile else 204, headers=headers)
