"""Routes of the printed maps."""

from __future__ import annotations

from django.urls import path

from sharing.prints import views

urlpatterns = [
    path("carte/imprimer/", views.print_own_map, name="landlord-map-print"),
    path("partage/carte/imprimer/", views.print_shared_map, name="shared-map-print"),
]
