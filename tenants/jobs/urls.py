"""Routes of the jobs."""

from __future__ import annotations

from django.urls import path

from tenants.jobs import views

urlpatterns = [
    path("travaux/<uuid:key>/", views.progress, name="job-progress"),
    path("travaux/<uuid:key>/annuler/", views.cancel, name="job-cancel"),
    path("travaux/<uuid:key>/relancer/", views.retry, name="job-retry"),
]
