"""Routes of the stock: dashboard, sites, map."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.stock.views import home, maps, sites

urlpatterns: list[URLPattern] = [
    path("tableau-de-bord/", home.landlord_home, name="landlord-home"),
    path("sites/", sites.site_list, name="site-list"),
    path("sites/<uuid:key>/", sites.site_detail, name="site-detail"),
    path(
        "carte/tuiles/sites/<int:z>/<int:x>/<int:y>.mvt", maps.landlord_tiles, name="landlord-tiles"
    ),
]
