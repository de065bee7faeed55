"""The operator's pages for territories."""

from __future__ import annotations

from django.contrib.gis import admin

from gis.models import Territory


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):
    """Territories. Outlines come from the import command, not from a form."""

    list_display = ("code", "name", "kind", "vintage", "departement_code", "repaired")
    list_filter = ("kind", "vintage", "departement_code")
    search_fields = ("code", "name")
    exclude = ("geom",)
    readonly_fields = ("area_m2", "source", "created_at")
