"""The operator's page for the grids; no table of a landlord is served here."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import KeptAdmin
from tenants.campaigns.models import Grid


@admin.register(Grid)
class GridAdmin(KeptAdmin):
    """Versions of the grid. A published one is read-only: a change makes the next version."""

    list_display = ("title", "code", "version", "published_at")

    def has_change_permission(self, request: HttpRequest, obj: Grid | None = None) -> bool:
        """Whether the version may still change."""
        return super().has_change_permission(request, obj) and (
            obj is None or obj.published_at is None
        )
