"""Routes of OGC API – Features and of its tokens."""

from __future__ import annotations

from django.urls import path

from sharing.ogc import pages, views

urlpatterns = [
    path("acces-sig/", pages.token_list, name="layer-tokens"),
    path("acces-sig/projet.qgs", pages.qgis_project, name="layer-project"),
    path("acces-sig/<uuid:key>/retirer/", pages.token_revoke, name="layer-token-revoke"),
    path("ogc/", views.landing, name="ogc-landing"),
    path("ogc", views.landing),
    path("ogc/api", views.openapi, name="ogc-api"),
    path("ogc/conformance", views.conformance, name="ogc-conformance"),
    path("ogc/collections", views.collections, name="ogc-collections"),
    path("ogc/collections/sites", views.layer, name="ogc-layer"),
    path("ogc/collections/sites/items", views.items, name="ogc-items"),
    path("ogc/collections/sites/items/<str:key>", views.item, name="ogc-item"),
]
