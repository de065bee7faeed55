"""Routes of the forums and their meetings."""

from __future__ import annotations

from django.urls import path

from sharing.meetings import views

urlpatterns = [
    path("dispositifs/", views.forum_list, name="forum-list"),
    path("dispositifs/<uuid:key>/", views.forum_sheet, name="forum"),
    path("conventions/<uuid:key>/dispositifs/nouveau/", views.forum_create, name="forum-create"),
    path("dispositifs/<uuid:key>/modifier/", views.forum_edit, name="forum-edit"),
    path("dispositifs/<uuid:key>/seances/nouvelle/", views.meeting_plan, name="meeting-plan"),
    path("seances/<uuid:key>/", views.meeting_sheet, name="meeting"),
    path("seances/<uuid:key>/ordre-du-jour/", views.agenda_add, name="agenda-add"),
    path("seances/<uuid:key>/points/<int:pk>/", views.item_minutes, name="item-minutes"),
    path("seances/<uuid:key>/points/<int:pk>/retirer/", views.item_remove, name="item-remove"),
    path("seances/<uuid:key>/clore/", views.meeting_close, name="meeting-close"),
    path("seances/<uuid:key>/dossier/", views.pack_ask, name="meeting-pack"),
]
