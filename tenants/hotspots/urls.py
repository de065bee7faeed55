"""Routes of the hot spots."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.hotspots import views

urlpatterns: list[URLPattern] = [
    path("points-chauds/", views.hotspot_list, name="hotspot-list"),
    path("points-chauds/calculer/", views.hotspot_compute, name="hotspot-compute"),
]
