"""Take an applied import back, as long as nothing was built on it."""

from __future__ import annotations

from collections import defaultdict

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.changes.recording import TABLES
from tenants.imports.models import FileImport, ImportChange, ImportLine

Changes = dict[str, list[ImportChange]]


def may_undo(file_import: FileImport) -> bool:
    """Whether the import is applied and its changes are still kept."""
    return file_import.state == FileImport.State.APPLIED and file_import.changes.exists()


def undo(file_import: FileImport) -> int:
    """Put every row back as it was before the import; returns how many. One transaction, in the landlord's scope.

    Raises ImportRefusedError when a row was changed since, or when something hangs on a row that the import made; then
    nothing was put back.
    """
    by_table: Changes = defaultdict(list)
    for change in ImportChange.objects.select_for_update().filter(file_import=file_import):
        by_table[change.table].append(change)
    if file_import.state != FileImport.State.APPLIED or not by_table:
        raise ImportRefusedError(
            _("Cet import n’est pas appliqué, ou ne garde plus de quoi l’annuler.")
        )
    models = TABLES[file_import.kind]
    tables = [model._meta.db_table for model in models]
    # A row that nobody may change needs no lock, and PostgreSQL gives none.
    fixed = {model._meta.db_table for model in models if getattr(model, "wall_append_only", False)}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                _refuse_if_changed(cursor, table, by_table[table], lock=table not in fixed)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in reversed(tables):
                _delete(cursor, table, by_table[table])
            for table in tables:
                _restore(cursor, table, by_table[table])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        raise ImportRefusedError(
            _(
                "Des cotations, des faits, des interventions, des publications ou des droits portent sur ce que cet import "
                "a créé : il ne peut plus être annulé d’un clic. Importez un fichier corrigé."
            )
        ) from error
    number = sum(map(len, by_table.values()))
    ImportChange.objects.filter(file_import=file_import).delete()
    ImportLine.objects.filter(file_import=file_import).delete()
    file_import.state, file_import.applied_at = FileImport.State.UNDONE, timezone.now()
    file_import.save()
    return number


def _refuse_if_changed(
    cursor: object, table: str, changes: list[ImportChange], *, lock: bool
) -> None:
    rows = {each.row_id: each.after for each in changes}
    cursor.execute(  # type: ignore[attr-defined]
        f'SELECT t.id, t::text FROM "{table}" t WHERE t.id = ANY (%s){" FOR UPDATE" if lock else ""}',  # noqa: S608 -- a model's own table
        [list(rows)],
    )
    present = dict(cursor.fetchall())  # type: ignore[attr-defined]
    since = sum(present.get(row_id) != after for row_id, after in rows.items())
    if since:
        raise ImportRefusedError(
            _(
                "%(count)d lignes ont changé depuis cet import (une cotation, une correction, un autre import) : il ne "
                "peut plus être annulé d’un clic. Importez un fichier corrigé."
            )
            % {"count": since}
        )


def _delete(cursor: object, table: str, changes: list[ImportChange]) -> None:
    made = [each.row_id for each in changes if each.before is None]
    if not made:
        return
    cursor.execute(f'DELETE FROM "{table}" WHERE id = ANY (%s)', [made])  # type: ignore[attr-defined]  # noqa: S608


def _written_columns(cursor: object, table: str) -> list[str]:
    """The columns of a table that a statement may write: a generated one follows by itself."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]  # type: ignore[attr-defined]


def _restore(cursor: object, table: str, changes: list[ImportChange]) -> None:
    columns = _written_columns(cursor, table)
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f'(n.r)."{name}"' for name in columns)
    rows = f'(SELECT x::"{table}" AS r FROM unnest(%s::text[]) x) n'  # noqa: S608 -- a model's own table
    gone = [each.before for each in changes if each.before is not None and each.after is None]
    if gone:
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {rows}', [gone])  # type: ignore[attr-defined]  # noqa: S608
    changed = [
        each.before for each in changes if each.before is not None and each.after is not None
    ]
    if not changed:
        return
    assigned = ", ".join(
        f'"{name}" = (n.r)."{name}"' for name in columns if name not in {"id", "landlord_id"}
    )
    cursor.execute(  # type: ignore[attr-defined]
        f'UPDATE "{table}" t SET {assigned} FROM {rows} WHERE t.id = (n.r).id',  # noqa: S608
        [changed],
    )
