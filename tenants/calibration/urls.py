"""Routes of the calibration, for landlords."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.calibration import views

urlpatterns: list[URLPattern] = [
    path("etalonnage/", views.calibration, name="calibration"),
    path("etalonnage/situations/<int:pk>/", views.answer, name="calibration-answer"),
]
