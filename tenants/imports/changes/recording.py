"""Pictures of a landlord's tables before and after an import, and their difference.

A row is kept in PostgreSQL's own text form of the whole row: exact for every type, geometry included, and read back
by a cast. The wall keeps the pictures to the landlord of the scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db import connection, models

from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tenants.stock.models import Address, Agency, Site

# In the order in which rows may be inserted; deleted in the reverse one.
TABLES: Final[dict[str, tuple[type[models.Model], ...]]] = {
    "stock": (Agency, Site, Address),
    "incidents": (Incident,),
    "interventions": (Lever, Intervention, InterventionSite),
}
Picture = dict[str, dict[int, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A row before (None: it was not there) and after (None: it is gone)."""

    table: str
    row_id: int
    before: str | None
    after: str | None


def tables_of(kind: str) -> list[str]:
    """The tables that an import of that kind writes, in the order of insertion."""
    return [model._meta.db_table for model in TABLES[kind]]


def picture(kind: str) -> Picture:
    """Every row of the landlord in those tables. Runs in the landlord's scope."""
    taken: Picture = {}
    with connection.cursor() as cursor:
        for table in tables_of(kind):
            cursor.execute(f'SELECT t.id, t::text FROM "{table}" t')  # noqa: S608 -- a model's own table
            taken[table] = dict(cursor.fetchall())
    return taken


def difference(before: Picture, after: Picture) -> list[Change]:
    """The rows that differ, table by table."""
    return [
        Change(table, row_id, before[table].get(row_id), after[table].get(row_id))
        for table in before
        for row_id in sorted(before[table].keys() | after[table].keys())
        if before[table].get(row_id) != after[table].get(row_id)
    ]


def columns_of(table: str, rows: Iterable[str | None]) -> list[dict[str, Any] | None]:
    """The columns of rows in their text form, None where there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(x::"{table}")::text FROM unnest(%s::text[]) WITH ORDINALITY AS u(x, n) ORDER BY n',  # noqa: S608
            [list(rows)],
        )
        return [None if text is None else orjson.loads(text) for (text,) in cursor.fetchall()]
