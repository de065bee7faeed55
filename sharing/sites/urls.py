"""Routes of the pages over the door."""

from __future__ import annotations

from django.urls import path

from sharing.sites import map_views, views, zone_views

urlpatterns = [
    path("partage/accueil/", views.home, name="partner-home"),
    path("partage/zones/", zone_views.zone_list, name="shared-zone-list"),
    path("partage/sites/", views.site_list, name="shared-site-list"),
    path("partage/sites/<uuid:key>/", views.site_sheet, name="shared-site"),
    path("partage/sites/<uuid:key>/carte/", map_views.card, name="shared-site-card"),
    path("partage/carte/", map_views.shared_map, name="shared-map"),
    path("partage/carte/fiche/<int:number>/", map_views.numbered_card, name="shared-map-card"),
    path("partage/carte/chercher/", map_views.map_search, name="shared-map-search"),
    path(
        "partage/tuiles/nouveautes/<int:z>/<int:x>/<int:y>.mvt",
        map_views.news_tile_view,
        name="shared-news-tile",
    ),
    path("partage/carte/liste/", map_views.in_view, name="shared-map-list"),
    path("partage/tuiles/sites/<int:z>/<int:x>/<int:y>.mvt", map_views.tile, name="shared-tile"),
]
