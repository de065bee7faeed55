"""Routes of the app, sub-package by sub-package."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tenants.access.urls")),
    path("", include("tenants.campaigns.urls")),
    path("", include("tenants.barometers.urls")),
    path("", include("tenants.calibration.urls")),
    path("", include("tenants.capture.urls")),
    path("", include("tenants.displacement.urls")),
    path("", include("tenants.evolution.urls")),
    path("", include("tenants.geocoding.urls")),
    path("", include("tenants.incidents.urls")),
    path("", include("tenants.interventions.urls")),
    path("", include("tenants.hotspots.urls")),
    path("", include("tenants.jobs.urls")),
    path("", include("tenants.imports.urls")),
    path("", include("tenants.owngrids.urls")),
    path("", include("tenants.people.urls")),
    path("", include("tenants.maps.urls")),
    path("", include("tenants.photographs.urls")),
    path("", include("tenants.prefilled.urls")),
    path("", include("tenants.stock.urls")),
]
