"""Routes of the API, version 1."""

from __future__ import annotations

from django.urls import path

from sharing.api import catalogue, data, points, views

urlpatterns = [
    path("api/v1/", catalogue.documentation, name="api-docs"),
    path("api/v1/schema/", catalogue.Schema.as_view(), name="api-schema"),
    path("api/v1/sites/", views.SiteList.as_view(), name="api-site-list"),
    path("api/v1/sites/<uuid:key>/", views.SiteDetail.as_view(), name="api-site"),
    path("api/v1/donnees/sites/", data.SiteData.as_view(), name="api-site-data"),
    path("api/v1/donnees/historique/", data.HistoryData.as_view(), name="api-history-data"),
    path("api/v1/points/", points.PointList.as_view(), name="api-point-list"),
    path("api/v1/territoires/", catalogue.TerritoryList.as_view(), name="api-territory-list"),
    path("api/v1/conventions/", views.ConventionList.as_view(), name="api-convention-list"),
]
