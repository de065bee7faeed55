"""Routes of interventions."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.interventions import lever_views, views

urlpatterns: list[URLPattern] = [
    path("leviers/", lever_views.lever_list, name="lever-list"),
    path("leviers/nouveau/", lever_views.lever_create, name="lever-create"),
    path("leviers/<slug:lever>/", lever_views.lever_edit, name="lever-edit"),
    path("interventions/", views.intervention_list, name="intervention-list"),
    path("interventions/<uuid:key>/", views.intervention_edit, name="intervention-edit"),
    path(
        "sites/<uuid:key>/interventions/nouvelle/",
        views.intervention_create,
        name="intervention-create",
    ),
]
