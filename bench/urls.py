"""The product's routes, and an empty answer that makes the same checks as a tile: what cached tiles are measured by."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from accounts.gate import asking, at_hand, express, principal_of, requires
from accounts.principal import Principal
from sharing.sites import tiles
from tenants.tiles.standing import Standing

EMPTY = {"Cache-Control": "private, no-cache"}


def _at_hand(
    _request: HttpRequest, principal: Principal, standing: Standing, **_place: int
) -> HttpResponse | None:
    now = tiles.standing_state(principal, standing.shared)
    return None if now is None else HttpResponse(b"", headers=EMPTY)


@express
@asking(tiles.UNMOVED)
@at_hand(_at_hand)
@require_safe
@requires("shared.read", "sharing.read")
def nothing(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Who asks, what she may read and how far the data are; then nothing."""
    tiles.state(principal_of(request))
    return HttpResponse(b"", headers=EMPTY)


urlpatterns = [
    path("banc/vide/<int:z>/<int:x>/<int:y>.mvt", nothing, name="bench-empty"),
    path("", include("orsen.urls")),
]
