"""Routes of the landlord's map; its tiles of sites are with the stock."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.maps import pages, views

urlpatterns: list[URLPattern] = [
    path("carte/", pages.landlord_map, name="landlord-map"),
    path("carte/liste/", pages.landlord_map_list, name="landlord-map-list"),
    path("carte/chercher/", pages.landlord_map_search, name="landlord-map-search"),
    path("carte/fiche/<int:pk>/", pages.landlord_map_card, name="landlord-map-card"),
    path("carte/interventions/", views.landlord_map_interventions, name="landlord-map-interventions"),
    path("carte/tuiles/vues/<int:z>/<int:x>/<int:y>.mvt", views.landlord_view_tiles, name="landlord-view-tiles"),
]  # fmt: skip
