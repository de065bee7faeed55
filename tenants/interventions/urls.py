"""Routes of interventions."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.interventions import views

urlpatterns: list[URLPattern] = [
    path("interventions/", views.intervention_list, name="intervention-list"),
    path("interventions/<uuid:key>/", views.intervention_edit, name="intervention-edit"),
    path(
        "sites/<uuid:key>/interventions/nouvelle/",
        views.intervention_create,
        name="intervention-create",
    ),
]
