"""Routes of the pages over the door."""

from __future__ import annotations

from django.urls import path

from sharing.sites import map_views, views, zone_map, zone_views

urlpatterns = [
    path("partage/accueil/", views.home, name="partner-home"),
    path("partage/zones/", zone_views.zone_list, name="shared-zone-list"),
    path("partage/zones/carte/", zone_map.zone_map, name="shared-zone-map"),
    path("partage/zones/carte/liste/", zone_map.zones_in_view, name="shared-zone-map-list"),
    path("partage/zones/carte/<int:pk>/", zone_map.zone_card, name="shared-zone-card"),
    path(
        "partage/tuiles/zones/<int:z>/<int:x>/<int:y>.mvt",
        zone_map.zone_tile_view,
        name="shared-zone-tile",
    ),
    path("partage/sites/", views.site_list, name="shared-site-list"),
    path("partage/sites/<uuid:key>/", views.site_sheet, name="shared-site"),
    path("partage/sites/<uuid:key>/carte/", map_views.card, name="shared-site-card"),
    path("partage/carte/", map_views.shared_map, name="shared-map"),
    path("partage/carte/fiche/<int:number>/", map_views.numbered_card, name="shared-map-card"),
    path("partage/carte/chercher/", map_views.map_search, name="shared-map-search"),
    path(
        "partage/tuiles/vues/<int:z>/<int:x>/<int:y>.mvt",
        map_views.view_tile,
        name="shared-view-tile",
    ),
    path("partage/carte/liste/", map_views.in_view, name="shared-map-list"),
    path("partage/tuiles/sites/<int:z>/<int:x>/<int:y>.mvt", map_views.tile, name="shared-tile"),
]
