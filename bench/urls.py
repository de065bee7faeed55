"""The product's routes, and an empty answer that makes the same checks as a tile: what cached tiles are measured by."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from accounts.gate import asking, express, principal_of, requires
from sharing.sites import tiles


@express
@asking(tiles.UNMOVED)
@require_safe
@requires("shared.read", "sharing.read")
def nothing(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Who asks, what she may read and how far the data are; then nothing."""
    tiles.state(principal_of(request))
    return HttpResponse(b"", headers={"Cache-Control": "private, no-cache"})


urlpatterns = [
    path("banc/vide/<int:z>/<int:x>/<int:y>.mvt", nothing, name="bench-empty"),
    path("", include("orsen.urls")),
]
