"""Addresses of the pages of territories."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from gis.territories import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("territoires/", views.territory_list, name="territory-list"),
    path("territoires/composer/", views.territory_create, name="territory-create"),
    path("territoires/importer/", views.territory_upload, name="territory-upload"),
]
