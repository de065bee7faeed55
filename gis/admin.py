"""The operator's pages for territories."""

from __future__ import annotations

from django.contrib.gis import admin
from django.http import HttpRequest

from gis.models import Territory


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):
    """Territories. Outlines come from the import command, not from a form."""

    list_display = ("code", "name", "kind", "vintage", "departement_code", "repaired")
    list_filter = ("kind", "vintage", "departement_code")
    search_fields = ("code", "name")
    exclude = ("geom",)
    readonly_fields = ("area_m2", "source", "created_at")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: sites, annexes and releases name territories; a new vintage replaces them."""
        return False
