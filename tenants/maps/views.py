"""What the map fetches beside its page: tiles of its views, interventions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accounts.gate import principal_of, requires
from gis.tiles.grid import OutsideGridError
from gis.tiles.views import tile_response
from tenants.maps.choices import DEFAULT_RING_M, read_choice
from tenants.maps.rings import as_geojson, ringed
from tenants.maps.tiles import mark_tile


@require_safe
@requires("sites.read")
def landlord_view_tiles(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the view that the query asks for, within reach."""
    principal = principal_of(request)
    try:
        tile = mark_tile(principal, read_choice(request.GET, principal), z, x, y)
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    return tile_response(request, tile, max_age=0)


@require_GET
@requires("sites.read")
def landlord_map_interventions(request: HttpRequest) -> HttpResponse:
    """The interventions and their rings, GeoJSON in degrees."""
    principal = principal_of(request)
    choice = read_choice(request.GET, principal)
    drawn = as_geojson(ringed(principal, choice), choice.ring_m or DEFAULT_RING_M)
    response = JsonResponse(drawn, content_type="application/geo+json")
    response.headers["Cache-Control"] = "private, no-store"
    return response
