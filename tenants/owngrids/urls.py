"""Routes of a landlord's own grids."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.owngrids import views

urlpatterns: list[URLPattern] = [
    path("grilles/", views.own_grid_list, name="own-grid-list"),
    path("grilles/<int:pk>/", views.own_grid, name="own-grid"),
    path("grilles/<int:pk>/suite/", views.own_grid_next, name="own-grid-next"),
    path("grilles/<int:pk>/apercu/", views.own_grid_preview, name="own-grid-preview"),
]
