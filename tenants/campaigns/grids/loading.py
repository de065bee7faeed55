"""Put the shipped grids into the database: at migration, and again by tests that emptied it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tenants.campaigns.grids import orsen_v1


def load_grids(grid_model: Any, using: str) -> int:
    """Add the shipped versions that are missing; an existing version is never rewritten. Returns how many came in.

    `grid_model` is the model `Grid`, or its historical form inside a migration.
    """
    _grid, created = grid_model.objects.using(using).get_or_create(
        code=orsen_v1.CODE,
        version=orsen_v1.VERSION,
        defaults={
            "title": orsen_v1.TITLE,
            "definition": orsen_v1.DEFINITION,
            "published_at": timezone.now(),
        },
    )
    return int(created)
