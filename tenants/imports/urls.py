"""Routes of the imports."""

from __future__ import annotations

from django.urls import path

from tenants.imports import views

urlpatterns = [
    path("imports/", views.import_list, name="stock-import-list"),
    path("imports/nouveau/", views.upload, name="stock-import-new"),
    path("imports/<uuid:key>/", views.detail, name="stock-import-detail"),
    path("imports/<uuid:key>/colonnes/", views.columns, name="stock-import-columns"),
    path("imports/<uuid:key>/retirer/", views.remove, name="stock-import-remove"),
    path("imports/<uuid:key>/appliquer/", views.confirm, name="stock-import-confirm"),
    path("imports/<uuid:key>/mots/", views.words, name="stock-import-words"),
    path("imports/<uuid:key>/annuler/", views.undo, name="stock-import-undo"),
    path("imports/<uuid:key>/essai.xlsx", views.outcome_workbook, name="stock-import-outcome"),
    path("imports/<uuid:key>/remarques.csv", views.issues_csv, name="stock-import-issues"),
]
