"""Routes of the exports."""

from __future__ import annotations

from django.urls import path

from sharing.extracts import views

urlpatterns = [
    path("sites/exporter/", views.own, name="own-extract"),
    path("partage/sites/exporter/", views.shared, name="shared-extract"),
    path("donnees/", views.dictionary, name="data-dictionary"),
]
