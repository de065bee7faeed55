"""Routes of the partners' views."""

from __future__ import annotations

from django.urls import path

from sharing.outlooks import views

urlpatterns = [
    path("regards/", views.outlook_list, name="outlook-list"),
    path("regards/quartier/", views.outlook_pick, name="outlook-pick"),
    path("regards/quartier/<int:pk>/", views.outlook_neighbourhood, name="outlook-neighbourhood"),
    path("partage/sites/<uuid:key>/regard/", views.outlook_site, name="outlook-site"),
]
