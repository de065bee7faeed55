"""Routes of the places. The staff file stands under /personnes/, where no scope is open: it also writes invitations."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tenants.people import sector_views, staff_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("affectations/", views.place_list, name="place-list"),
    path("affectations/par-secteur/", sector_views.sector_list, name="sector-list"),
    path("affectations/par-secteur/donner/", sector_views.sector_give, name="sector-give"),
    path("affectations/<int:pk>/", views.place_edit, name="place-edit"),
    path("remplacements/", views.stand_in_list, name="stand-in-list"),
    path("remplacements/nouveau/", views.stand_in_new, name="stand-in-new"),
    path("remplacements/<int:pk>/ecourter/", views.stand_in_end, name="stand-in-end"),
    path("personnes/fichier/", staff_views.staff_file, name="staff-file"),
    path("personnes/fichier/appliquer/", staff_views.staff_apply, name="staff-apply"),
]
