"""Routes of « Voir comme »."""

from __future__ import annotations

from django.urls import path

from sharing.preview.views import view_as

urlpatterns = [path("partage/voir-comme/<uuid:key>/", view_as, name="view-as")]
