"""Free texts of ratings do not stay for ever: levels, answers and ticks do, what was written does not."""

from __future__ import annotations

from typing import Final

from django.db import connection

from tenants.wall.context import Scope, open_scope

# A level that differs from the grid's keeps the trace that it had its reason, which a constraint asks for.
PURGED: Final = "texte purgé"
LEAST_DAYS: Final = 30  # what wall.purge_texts refuses to go below


def purge_texts(days: int) -> int:
    """Empty comments and reasons that are older than that, of all landlords. Returns how many rows lost a text.

    Ratings are append-only for every reader; one function of the database empties these columns, and only what is old
    (tenants/wall/sql/003_purge.sql). Raises ValueError for less than LEAST_DAYS.
    """
    if days < LEAST_DAYS:
        raise ValueError(f"texts are kept {LEAST_DAYS} days at least, not {days}")
    with open_scope(Scope("queue", 0, 0)), connection.cursor() as cursor:
        cursor.execute("SELECT wall.purge_texts(%s, %s)", [days, PURGED])
        return int(cursor.fetchone()[0])
