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

from tenants.campaigns.models import Assessment, Campaign, CampaignSite, Decision
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tenants.stock.models import Address, Agency, Site

# In the order in which rows may be inserted; deleted in the reverse one.
TABLES: Final[dict[str, tuple[type[models.Model], ...]]] = {
    "stock": (Agency, Site, Address),
    "incidents": (Incident,),
    "ratings": (Campaign, CampaignSite, Assessment, Decision, Site),
    "prefilled": (Campaign, CampaignSite, Assessment, Decision, Site),
    "interventions": (Lever, Intervention, InterventionSite),
    "geocoding": (Site, Address),
    "reference": (Site, Address),
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


def rows_of(table: str, row_ids: list[int]) -> dict[int, str]:
    """Some rows of a table of TABLES, in their text form. Runs in the landlord's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT t.id, t::text FROM "{table}" t WHERE t.id = ANY (%s)',  # noqa: S608 -- a model's own table
            [row_ids],
        )
        return dict(cursor.fetchall())


def difference(before: Picture, after: Picture) -> list[Change]:
    """The rows that differ and that this very transaction wrote or deleted, table by table.

    People go on working while a file is taken in: a fact that somebody enters meanwhile is theirs, and undoing the
    import must not take it. A row gone is the import's: nobody else deletes a site's address, and no other of these
    rows is ever deleted by hand.
    """
    found = []
    for table, rows in before.items():
        differing = [
            row_id
            for row_id in sorted(rows.keys() | after[table].keys())
            if rows.get(row_id) != after[table].get(row_id)
        ]
        own = _written_here(table, [row_id for row_id in differing if row_id in after[table]])
        found += [
            Change(table, row_id, rows.get(row_id), after[table].get(row_id))
            for row_id in differing
            if row_id in own or row_id not in after[table]
        ]
    return found


def _written_here(table: str, row_ids: list[int]) -> set[int]:
    """Those whose present version was written by the transaction that asks: the only unfinished one that it sees."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT t.id FROM "{table}" t WHERE t.id = ANY (%s) '  # noqa: S608 -- a model's own table
            "AND pg_xact_status(((pg_current_xact_id()::text::bigint >> 32 << 32) + t.xmin::text::bigint)::text::xid8) "
            "= 'in progress'",
            [row_ids],
        )
        return {row_id for (row_id,) in cursor.fetchall()}


def columns_of(table: str, rows: Iterable[str | None]) -> list[dict[str, Any] | None]:
    """The columns of rows in their text form, None where there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(x::"{table}")::text FROM unnest(%s::text[]) WITH ORDINALITY AS u(x, n) ORDER BY n',  # noqa: S608
            [list(rows)],
        )
        return [None if text is None else orjson.loads(text) for (text,) in cursor.fetchall()]
