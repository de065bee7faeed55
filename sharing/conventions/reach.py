"""Which conventions the person of the open scope may hold, for a coordinator by département (PostgreSQL decides)."""

from __future__ import annotations

from django.db import connection


def my_departements() -> frozenset[str] | None:
    """Codes of the départements that a coordinator works on; None where nothing narrows her. In her scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shared.my_departements()")
        (codes,) = cursor.fetchone()
    return None if codes is None else frozenset(codes)
