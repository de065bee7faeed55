"""Routes of the pre-filled files."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.prefilled import views

urlpatterns: list[URLPattern] = [
    path("campagnes/<uuid:key>/fichier/", views.prefilled_file, name="prefilled-file"),
    path("campagnes/<uuid:key>/fichier/mandat/", views.mandate, name="prefilled-mandate"),
    path(
        "fichiers-preremplis/<uuid:key>.xlsx", views.prefilled_workbook, name="prefilled-workbook"
    ),
]
