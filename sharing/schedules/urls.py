"""Routes of the schedules."""

from __future__ import annotations

from django.urls import path

from sharing.schedules import views

urlpatterns = [
    path("rapports/programmes/", views.schedule_list, name="report-schedules"),
    path(
        "rapports/programmes/<uuid:key>/arreter/", views.schedule_stop, name="report-schedule-stop"
    ),
]
