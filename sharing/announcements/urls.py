"""Route of the announcements."""

from __future__ import annotations

from django.urls import path

from sharing.announcements import views

urlpatterns = [
    path("interventions/<uuid:key>/prevenir/", views.announce, name="intervention-announce"),
]
