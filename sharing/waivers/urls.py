"""Routes of the waivers."""

from __future__ import annotations

from django.urls import path

from sharing.waivers import views

ONE = "partage/conventions/<uuid:key>/renonciation/"
urlpatterns = [
    path(ONE, views.waiver, name="waiver"),
    path(f"{ONE}revoquer/", views.waiver_revoke, name="waiver-revoke"),
]
