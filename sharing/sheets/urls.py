"""The route of a site's sheet."""

from __future__ import annotations

from django.urls import path

from sharing.sheets.views import site_sheet

urlpatterns = [path("sites/<uuid:key>/fiche/", site_sheet, name="site-sheet")]
