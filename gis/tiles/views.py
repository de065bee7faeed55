"""Answers that carry tiles: those of one reader's scope, and those that are the same for every reader."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gate import express, signed_in
from gis.tiles.grid import OutsideGridError, tile_number
from gis.tiles.polygons import MIN_ZOOM, all_territories_tile, base_tile, territory_tile
from gis.tiles.store import Chooser, Loader, Request, Store, tag_of

MVT = "application/vnd.mapbox-vector-tile"
KEPT_SECONDS = 3600
# The same for every reader: nothing in it is worth guessing from its packed length, as it would be of a scoped tile.
WORTH_PACKING, PACKED_LEVEL = 1_000, 5
GZIP = re.compile(r"\bgzip\b")
EVERY_KIND = "tous"  # in the address, in place of one kind
# A browser keeps a scoped tile and asks each time whether it still holds; nothing on the way keeps it.
SCOPED_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}


def tile_response(
    request: HttpRequest, tile: bytes, *, max_age: int = KEPT_SECONDS
) -> HttpResponse:
    """A tile with its cache headers: 204 when it is empty, 304 when the browser has it already.

    `max_age`: seconds during which the browser asks nothing. Shared caches keep nothing: readers are signed in.
    """
    etag = f'"{hashlib.sha256(tile).hexdigest()[:32]}"'
    response = HttpResponse(tile, content_type=MVT, status=200 if tile else 204)
    if len(tile) > WORTH_PACKING and GZIP.search(request.headers.get("Accept-Encoding", "")):
        response.content = gzip.compress(tile, PACKED_LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        etag = etag[:-1] + '-gzip"'
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    patch_cache_control(response, private=True, max_age=max_age)
    conditional: HttpResponse = (
        get_conditional_response(request, etag=etag, response=response) or response
    )
    return conditional


def asked_tile(request: HttpRequest, z: int, x: int, y: int, wanted: str = "") -> Request:
    """The tile that an address asks for; `?couche=points` wants every point at any zoom. Raises Http404."""
    try:
        tile_number(z, x, y)
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    return Request(z, x, y, every_point=request.GET.get("couche") == "points", wanted=wanted)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader may have now: the key of the scope, the version of its data, how to load and filter its points.

    Scope and version come from PostgreSQL at this very request; 304 and kept tiles rest on them as much as new ones.
    """

    scope: str
    version: str
    load: Loader
    choose: Chooser


def scoped_response(
    request: HttpRequest, store: Store, reading: Reading, asked: Request
) -> HttpResponse:
    """A tile of the reader's scope: 304 when the browser has this very one, 204 when it is empty."""
    headers = SCOPED_HEADERS | {"ETag": tag_of(reading.scope, reading.version, asked)}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    content = store.tile(reading.scope, reading.version, asked, reading.load, reading.choose)
    return HttpResponse(content, content_type=MVT, status=200 if content else 204, headers=headers)


def response_at_hand(
    request: HttpRequest, store: Store, scope: str, version: str, asked: Request
) -> HttpResponse | None:
    """The same answer from what the process keeps; None where PostgreSQL would have to be read."""
    headers = SCOPED_HEADERS | {"ETag": tag_of(scope, version, asked)}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    content = store.at_hand(scope, version, asked)
    if content is None:
        return None
    return HttpResponse(content, content_type=MVT, status=200 if content else 204, headers=headers)


def asked_vintage(request: HttpRequest) -> int | None:
    """The vintage of `?millesime=`, None without one. Raises Http404 for what is not a year."""
    text = request.GET.get("millesime", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == len("2024")):
        raise Http404(_("Le millésime est une année, par exemple 2024."))
    return int(text)


@express
@signed_in
@require_safe
def territories(request: HttpRequest, kind: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the territories of a kind, or of all of them."""
    if kind not in {EVERY_KIND, *MIN_ZOOM}:
        raise Http404(_("Nature de territoire inconnue."))
    vintage = asked_vintage(request)
    try:
        tile = (
            all_territories_tile(z, x, y, vintage=vintage)
            if kind == EVERY_KIND
            else territory_tile(kind, z, x, y, vintage=vintage)
        )
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    return tile_response(request, tile)


@express
@signed_in
@require_safe
def base(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the product's own base layer."""
    try:
        tile = base_tile(z, x, y)
    except OutsideGridError as error:
        raise Http404(_("Cette tuile n’existe pas.")) from error
    return tile_response(request, tile)
