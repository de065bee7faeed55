"""Routes of the geocoding."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.geocoding import views

urlpatterns: list[URLPattern] = [
    path("geocodage/", views.geocoding, name="geocoding"),
    path("geocodage/adresses/<uuid:key>/", views.decide, name="geocoding-decide"),
    path("geocodage/passages/<uuid:key>/annuler/", views.undo, name="geocoding-undo"),
]
