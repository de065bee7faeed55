"""Routes of the calibration, for the coordination."""

from __future__ import annotations

from django.urls import path

from sharing.calibration import views

ONE = "etalonnage-des-bailleurs/versions/<int:number>/"

urlpatterns = [
    path("etalonnage-des-bailleurs/", views.figures, name="calibration-figures"),
    path("etalonnage-des-bailleurs/versions/", views.version_new, name="vignette-set-new"),
    path(ONE, views.version, name="vignette-set"),
    path(f"{ONE}ouvrir/", views.version_open, name="vignette-set-open"),
    path(f"{ONE}situations/nouvelle/", views.vignette_new, name="vignette-new"),
    path(f"{ONE}situations/<int:pk>/", views.vignette_edit, name="vignette-edit"),
]
