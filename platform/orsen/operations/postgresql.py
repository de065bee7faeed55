"""PostgreSQL's own programs and raw connections, as the owner of the tables."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg2
from django.conf import settings
from django.utils.translation import gettext as _

PROGRAMS = Path("/usr/lib/postgresql")


class OperationError(Exception):
    """An operation that was refused or failed; the message says what happened and what to do."""


def program(name: str) -> str:
    """Path of `pg_dump` or `pg_restore`, the newest installed: an older one refuses a newer server."""
    found = sorted(PROGRAMS.glob(f"[0-9]*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise OperationError(
            _("Le programme %(name)s manque : installez postgresql-client.") % {"name": name}
        )
    return path


def owner() -> dict[str, str]:
    """How to reach the database as the owner of its tables, in the words of libpq."""
    if "owner" not in settings.DATABASES:
        raise OperationError(
            _(
                "Cette commande agit sur toute la base : donnez ORSEN_DB_OWNER_PASSWORD (docs/settings.md)."
            )
        )
    each = settings.DATABASES["owner"]
    return {
        "host": str(each["HOST"]),
        "port": str(each["PORT"]),
        "user": str(each["USER"]),
        "password": str(each["PASSWORD"]),
        "dbname": str(each["NAME"]),
    }


def open_connection() -> psycopg2.extensions.connection:
    """A raw connection as the owner. Raises psycopg2.OperationalError when the database does not answer."""
    return psycopg2.connect(psycopg2.extensions.make_dsn(**owner()))


def connect_as_owner() -> psycopg2.extensions.connection:
    """A raw connection as the owner. Raises OperationError when the database does not answer."""
    try:
        return open_connection()
    except psycopg2.OperationalError as error:
        raise OperationError(_("La base ne répond pas : %(error)s") % {"error": error}) from error


def run_as_owner(name: str, *words: str) -> str:
    """Run a PostgreSQL program as the owner and return what it prints. Raises OperationError with its own words."""
    target = owner()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {
        "PGHOST": target["host"],
        "PGPORT": target["port"],
        "PGUSER": target["user"],
        "PGPASSWORD": target["password"],
    }
    result = subprocess.run(  # noqa: S603 -- the program is PostgreSQL's, its words are ours
        [program(name), *words], env=environment, check=False, capture_output=True, text=True
    )
    if result.returncode:
        raise OperationError(
            _("%(name)s a échoué : %(error)s") % {"name": name, "error": result.stderr.strip()}
        )
    return result.stdout
