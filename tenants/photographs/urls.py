"""Routes of photographs."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.photographs import views

urlpatterns: list[URLPattern] = [
    path("cotations/<uuid:key>/photographie/", views.photograph_join, name="photograph-join"),
    path("photographies/<uuid:key>.jpg", views.photograph_show, name="photograph"),
    path("photographies/<uuid:key>/retirer/", views.photograph_remove, name="photograph-remove"),
]
