"""Routes of the effect of interventions."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.displacement import views

urlpatterns: list[URLPattern] = [
    path("interventions/<uuid:key>/effet/", views.intervention_effect, name="intervention-effect"),
]
