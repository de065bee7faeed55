"""Routes of the joint actions."""

from __future__ import annotations

from django.urls import path

from sharing.jointactions import views

urlpatterns = [
    path("actions-communes/", views.action_list, name="joint-action-list"),
    path("dispositifs/<uuid:key>/actions/nouvelle/", views.action_create, name="joint-action-create"),
    path("actions-communes/<uuid:key>/", views.action_sheet, name="joint-action"),
]  # fmt: skip
