"""Faults that a hurried hand could make, planted one by one by test_faults.py: the proof has to see each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import path, resolve
from django.views.decorators.http import require_GET

from accounts.gate import requires, signed_in
from orsen.urls import urlpatterns as product
from sharing.access.models import SharedSite
from tenants.stock.models import Site

CACHE: dict[tuple[int, int, int], HttpResponse] = {}


@require_GET
@requires("sites.read")
def by_parameter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Filters by what the request says, and forgets who is asking."""
    return JsonResponse({"name": get_object_or_404(Site, key=key).name})


@require_GET
@requires("shared.read", "sharing.read")
def cached_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Keeps a tile for everybody who asks for the same place."""
    if (z, x, y) not in CACHE:
        real = resolve(f"/partage/tuiles/sites/{z}/{x}/{y}.mvt", urlconf="orsen.urls")
        CACHE[z, x, y] = real.func(request, z=z, x=x, y=y)
    return CACHE[z, x, y]


@require_GET
@requires("reports.read")
def counted_elsewhere(request: HttpRequest) -> HttpResponse:
    """A page of shared figures whose template counts sites instead of reading a release."""
    template = engines["django"].from_string("<p>{{ sites.count }} sites</p>")
    return HttpResponse(template.render({"sites": SharedSite.objects.all()}, request))


@require_GET
@requires("campaigns.read")
def changes_the_scope(request: HttpRequest) -> HttpResponse:
    """Wants to be somebody else for a statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('orsen.ctx', %s, true)", ["landlord|1|1|1|1|1|1"])
    return HttpResponse()


@signed_in
def undeclared(request: HttpRequest) -> HttpResponse:
    """Gated, and unknown to the matrix."""
    return HttpResponse()


ROUTES: dict[str, Any] = {
    "by_parameter": path("sites/<uuid:key>/", by_parameter),
    "cached_tile": path("partage/tuiles/sites/<int:z>/<int:x>/<int:y>.mvt", cached_tile),
    "counted_elsewhere": path("rapports/", counted_elsewhere),
    "changes_the_scope": path("tableau-de-bord/", changes_the_scope),
    "undeclared": path("export-complet/", undeclared),
}
urlpatterns: list[Any] = [*product]


def plant(name: str) -> None:
    """Put one faulty route before the product's; the resolver has to be cleared by the caller."""
    urlpatterns[:] = [ROUTES[name], *product]
