"""Routes of the rounds."""

from __future__ import annotations

from django.urls import path

from sharing.rounds import views

ONE = "campagnes-des-conventions/<uuid:key>/"

urlpatterns = [
    path("campagnes-des-conventions/", views.round_list, name="round-list"),
    path("conventions/<uuid:key>/campagnes/lancer/", views.round_create, name="round-create"),
    path(ONE, views.round_sheet, name="round"),
    path(f"{ONE}relancer/", views.round_remind, name="round-remind"),
    path(f"{ONE}fichiers/", views.round_files, name="round-files"),
    path(f"{ONE}clore/", views.round_close, name="round-close"),
    path(f"{ONE}repondre/", views.round_answer, name="round-answer"),
]
