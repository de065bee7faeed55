"""Tiles that are the same for every reader: territories and the base layer."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gate import signed_in
from gis.tiles.grid import OutsideGridError
from gis.tiles.polygons import MIN_ZOOM, base_tile, territory_tile

MVT = "application/vnd.mapbox-vector-tile"
KEPT_SECONDS = 3600


def tile_response(
    request: HttpRequest, tile: bytes, *, max_age: int = KEPT_SECONDS
) -> HttpResponse:
    """A tile with its cache headers: 204 when it is empty, 304 when the browser has it already.

    `max_age`: seconds during which the browser asks nothing. Shared caches keep nothing: readers are signed in.
    """
    etag = f'"{hashlib.sha256(tile).hexdigest()[:32]}"'
    response = HttpResponse(tile, content_type=MVT, status=200 if tile else 204)
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, max_age=max_age)
    conditional: HttpResponse = (
        get_conditional_response(request, etag=etag, response=response) or response
    )
    return conditional


def asked_vintage(request: HttpRequest) -> int | None:
    """The vintage of `?millesime=`, None without one. Raises Http404 for what is not a year."""
    text = request.GET.get("millesime", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == len("2024")):
        raise Http404(_("Le millésime est une année, par exemple 2024."))
    return int(text)


@signed_in
@require_safe
def territories(request: HttpRequest, kind: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the territories of a kind."""
    if kind not in MIN_ZOOM:
        raise Http404(_("Nature de territoire inconnue."))
    vintage = asked_vintage(request)
    try:
        tile = territory_tile(kind, z, x, y, vintage=vintage)
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    return tile_response(request, tile)


@signed_in
@require_safe
def base(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the product's own base layer."""
    try:
        tile = base_tile(z, x, y)
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    return tile_response(request, tile)
