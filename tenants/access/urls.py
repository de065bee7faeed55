"""Routes of the exceptional grants."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tenants.access import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sites/<uuid:key>/droits/", views.site_grants, name="site-grants"),
    path("sites/<uuid:key>/droits/<int:pk>/retirer/", views.site_grant_end, name="site-grant-end"),
]
