"""Routes of the app, sub-package by sub-package."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from gis.territories.urls import urlpatterns as territory_routes
from gis.tiles.urls import urlpatterns as tile_routes

urlpatterns: list[URLPattern | URLResolver] = [*territory_routes, *tile_routes]
