"""Routes of the evolution and of the watch list."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.evolution import views

urlpatterns: list[URLPattern] = [
    path("evolution/", views.evolution, name="evolution"),
    path("sites-a-suivre/", views.watch_list, name="watch-list"),
    path("sites/<uuid:key>/suivre/", views.watch, name="watch"),
    path("sites/<uuid:key>/ne-plus-suivre/", views.unwatch, name="unwatch"),
]
