"""Routes of the app, sub-package by sub-package."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from gis.tiles.urls import urlpatterns as tile_routes

urlpatterns: list[URLPattern | URLResolver] = [*tile_routes]
