"""Routes of facts."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.incidents import views

urlpatterns: list[URLPattern] = [
    path("faits/", views.incident_list, name="incident-list"),
    path("sites/<uuid:key>/faits/nouveau/", views.incident_create, name="incident-create"),
]
