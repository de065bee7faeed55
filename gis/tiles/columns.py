"""Columns that PostgreSQL keeps beside a position, so that tiles are loaded without reprojecting every point."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField

from gis.tiles.grid import STEPS, quantised_sql

SHIFT = STEPS // 2  # steps go from 0 to 2³² − 1: an integer of four bytes holds them less 2³¹


class TileStep(Func):
    """Column (`axis` x) or row (`axis` y) of a point on the square of web maps, less 2³¹; NULL without a point.

    A fixed template: what a generated column computes must never change.
    """

    output_field = IntegerField()

    def __init__(self, point: Any, axis: str) -> None:
        """Take the point's expression and "x" or "y"."""
        step = dict(zip("xy", quantised_sql("%(expressions)s"), strict=True))[axis]
        super().__init__(
            point,
            template=f"CASE WHEN %(expressions)s IS NOT NULL THEN ({step} - {SHIFT})::integer END",
        )
