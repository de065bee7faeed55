"""Routes of the barometers."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.barometers import views

urlpatterns: list[URLPattern] = [
    path("barometres/", views.barometer_list, name="barometer-list"),
    path("barometres/<int:pk>/", views.barometer, name="barometer"),
    path("barometres/<int:pk>/profil.json", views.barometer_json, name="barometer-json"),
    path(
        "barometres/<int:pk>/<uuid:key>.<str:extension>",
        views.barometer_output,
        name="barometer-output",
    ),
]
