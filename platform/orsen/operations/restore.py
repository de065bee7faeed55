"""Restore a backup into an empty database: rows, files, then the wall, and a proof that all came back."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg2 import sql

from orsen.operations import archive
from orsen.operations.backup import count_of
from orsen.operations.postgresql import (
    OperationError,
    connect_as_owner,
    open_connection,
    owner,
    run_as_owner,
)

# Entries of the dump that are left out: the schema belongs to the superuser, who has made it and its rights before;
# policies and triggers name functions that come back with `apply_wall`, which writes all of them anew.
LEFT_OUT = (
    " SCHEMA - public ",
    " ACL - SCHEMA public ",
    " COMMENT - SCHEMA public ",
    " POLICY public ",
    " TRIGGER public ",
)


def restore_backup(path: Path) -> archive.Manifest:
    """Bring back the archive into the database and the folder of files that the settings name; both must be empty.

    Raises OperationError: before anything is touched when the archive is damaged, newer than this code, or the
    target is not empty; after an all-or-nothing load otherwise.
    """
    media = Path(settings.MEDIA_ROOT)
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media.parent, prefix=".orsen-") as scratch:
        manifest = archive.unpack(path, Path(scratch))
        refuse_newer(manifest)
        refuse_files(media)
        refuse_tables()
        call_command("prepare_database", verbosity=0)
        load(Path(scratch) / archive.DUMP, Path(scratch))
        compare(manifest)
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        call_command("apply_wall", verbosity=0)
        restored = Path(scratch) / archive.MEDIA
        if restored.exists():
            shutil.copytree(restored, media, dirs_exist_ok=True)
    return manifest


def refuse_newer(manifest: archive.Manifest) -> None:
    """Refuse an archive made by a later version of the code than this one."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {f"{app}.{name}" for app, name in loader.disk_migrations}
    replaced = {
        f"{app}.{name}" for each in loader.disk_migrations.values() for app, name in each.replaces
    }
    unknown = [name for name in manifest.migrations if name not in ours | replaced]
    if unknown:
        raise OperationError(
            _(
                "Cette sauvegarde vient d’une version plus récente (%(names)s) : installez d’abord celle-ci."
            )
            % {"names": ", ".join(unknown[:5])}
        )


def refuse_files(media: Path) -> None:
    """Refuse a folder of files that holds something."""
    if media.exists() and any(media.iterdir()):
        raise OperationError(
            _("Le dossier « %(folder)s » n’est pas vide : déplacez-le ou changez ORSEN_MEDIA_ROOT.")
            % {"folder": media}
        )


def refuse_tables() -> None:
    """Refuse a database that holds tables. One that does not exist yet, or no role yet, is empty."""
    try:
        connection = open_connection()
    except psycopg2.OperationalError:
        return  # prepare_database comes next and says in the superuser's words what is wrong, if anything is
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        row = cursor.fetchone()
    connection.close()
    if row and row[0]:
        raise OperationError(
            _(
                "La base « %(name)s » contient déjà des données. Restaurez dans une base vide : changez ORSEN_DB_NAME."
            )
            % {"name": owner()["dbname"]}
        )


def load(dump: Path, scratch: Path) -> None:
    """Load the dump as the owner, all or nothing."""
    entries = run_as_owner("pg_restore", "--list", str(dump)).splitlines()
    listing = scratch / "entries"
    kept = [entry for entry in entries if not any(mark in f"{entry} " for mark in LEFT_OUT)]
    listing.write_text("\n".join(kept) + "\n", encoding="utf-8")
    run_as_owner(
        "pg_restore", "--exit-on-error", "--single-transaction", f"--use-list={listing}",
        f"--dbname={owner()['dbname']}", str(dump),
    )  # fmt: skip


def compare(manifest: archive.Manifest) -> None:
    """Count the rows and refuse a difference with the manifest."""
    connection = connect_as_owner()
    wrong = []
    with connection.cursor() as cursor:
        for table, expected in manifest.rows.items():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            found = count_of(cursor.fetchone())
            if found != expected:
                wrong.append(f"{table}: {found} ≠ {expected}")
    connection.close()
    if wrong:
        raise OperationError(
            _("Des lignes manquent après la restauration : %(tables)s.")
            % {"tables": ", ".join(wrong)}
        )
