"""Back up an installation: every row of the product, the private files, and a manifest.

The dump is taken as the owner of the tables, so that no superuser is needed, and holds the schema `public` alone.
What the superuser made (roles, extensions, the schema `wall` with its signing keys, the LEAKPROOF marks) and what
`apply_wall` makes (the schema `shared`) is made anew at the restoration: an archive holds no key of the wall.
Sessions stay out as well.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 -- the class is named so there

from orsen.operations import archive
from orsen.operations.postgresql import OperationError, connect_as_owner, owner, run_as_owner

NAME = "orsen-*.tar"
MADE_ANEW = ("wall", "shared")
EPHEMERAL = frozenset({"django_session"})

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""


def make_backup(folder: Path, *, now: dt.datetime | None = None) -> Path:
    """Write one archive into the folder and return its path.

    Rows counted and rows dumped come from one snapshot; files are read after it, so that every file that a row names
    is there. Raises OperationError; nothing is left in the folder then.
    """
    now = now or dt.datetime.now(dt.UTC)
    path = folder / f"orsen-{now:%Y%m%dT%H%M%SZ}.tar"
    if path.exists():
        raise OperationError(_("« %(path)s » existe déjà.") % {"path": path})
    connection = connect_as_owner()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        manifest = describe(connection, now)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".orsen-") as scratch:
            dump = Path(scratch) / archive.DUMP
            _dump(connection, dump)
            archive.write(path, dump, Path(settings.MEDIA_ROOT), manifest)
    except OSError as error:
        raise OperationError(
            _("La sauvegarde n’a pas pu être écrite : %(error)s. Rien n’a été gardé.")
            % {"error": error}
        ) from error
    finally:
        connection.close()
        if folder.is_dir():
            path.with_suffix(".partial").unlink(missing_ok=True)
    return path


def describe(connection: Connection, now: dt.datetime) -> archive.Manifest:
    """What the database holds in this transaction's snapshot. Raises OperationError for a table left out."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        left_out = [
            f"{schema}.{table}" for schema, table in tables if schema not in ("public", *MADE_ANEW)
        ]
        left_out += [f"{schema}.{table}" for schema, table in tables if schema == "shared"]
        if left_out:
            raise OperationError(
                _("La sauvegarde ne prendrait pas ces tables : %(tables)s. Rien n’a été écrit.")
                % {"tables": ", ".join(left_out)}
            )
        rows = {}
        for schema, table in tables:
            if schema == "public" and table not in EPHEMERAL:
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                rows[table] = count_of(cursor.fetchone())
        if MigrationRecorder.Migration._meta.db_table not in rows:
            raise OperationError(_("La base est vide : il n’y a rien à sauvegarder."))
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = [str(row[0]) for row in cursor.fetchall()]
    return archive.Manifest(
        made_at=now.isoformat(timespec="seconds"),
        database=owner()["dbname"],
        server_version=connection.server_version,
        migrations=migrations,
        rows=rows,
    )


def count_of(row: tuple[object, ...] | None) -> int:
    """The number in a one-column row."""
    return int(str(row[0])) if row else 0


def _dump(connection: Connection, path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
    snapshot = str(row[0]) if row else ""
    path.touch(mode=0o600)
    run_as_owner(
        "pg_dump", "--format=custom", f"--snapshot={snapshot}",
        "--schema=public", "--exclude-table=public.spatial_ref_sys",  # the extension's own rows
        *(f"--exclude-table-data=public.{table}" for table in sorted(EPHEMERAL)),
        f"--file={path}", owner()["dbname"],
    )  # fmt: skip


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest backups of the folder, by the date in their names; return those deleted."""
    old = sorted(folder.glob(NAME))[:-keep]
    for path in old:
        path.unlink()
    return old
