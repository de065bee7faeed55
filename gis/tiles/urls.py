"""Addresses of the common tiles."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from gis.tiles import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "tuiles/territoires/<slug:kind>/<int:z>/<int:x>/<int:y>.mvt",
        views.territories,
        name="territory-tile",
    ),
    path("tuiles/fond/<int:z>/<int:x>/<int:y>.mvt", views.base, name="base-tile"),
]
