"""Routes of the app, sub-package by sub-package."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sharing.calibration.urls")),
    path("", include("sharing.conventions.urls")),
    path("", include("sharing.register.urls")),
    path("", include("sharing.waivers.urls")),
    path("", include("sharing.rounds.urls")),
    path("", include("sharing.reports.urls")),
    path("", include("sharing.schedules.urls")),
    path("", include("sharing.prints.urls")),
    path("", include("sharing.sheets.urls")),
    path("", include("sharing.sites.urls")),
    path("", include("sharing.preview.urls")),
    path("", include("sharing.journal.urls")),
    path("", include("sharing.receipts.urls")),
    path("", include("sharing.extracts.urls")),
    path("", include("sharing.atfpb.urls")),
    path("", include("sharing.announcements.urls")),
    path("", include("sharing.notices.urls")),
    path("", include("sharing.meetings.urls")),
    path("", include("sharing.outlooks.urls")),
    path("", include("sharing.jointactions.urls")),
    path("", include("sharing.api.urls")),
    path("", include("sharing.ogc.urls")),
]
