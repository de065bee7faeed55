"""Renew the installation's secrets without shutting anybody out.

Each renewal writes the new secret beside the old file, makes it known to PostgreSQL where PostgreSQL holds it, and only
then puts the file in place. Processes that run keep the old secret until they are restarted.
"""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

import psycopg2
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg2 import sql

from orsen.operations import env_file
from orsen.operations.postgresql import OperationError
from tenants.wall.context import key_id
from tenants.wall.prepare import Superuser

LOGINS = {
    "orsen_web": "ORSEN_DB_WEB_PASSWORD",
    "orsen_owner": "ORSEN_DB_OWNER_PASSWORD",
    "orsen_report": "ORSEN_DB_REPORT_PASSWORD",
}


def superuser(variables: dict[str, str]) -> Superuser:
    """The cluster's superuser, as the file names it. Raises OperationError when its password is not there."""
    password = variables.get("ORSEN_DB_SUPERUSER_PASSWORD")
    if not password:
        raise OperationError(
            _(
                "Il faut le superutilisateur : ajoutez ORSEN_DB_SUPERUSER_PASSWORD au fichier de réglages."
            )
        )
    database = settings.DATABASES["default"]
    return Superuser(
        host=str(database["HOST"]),
        port=int(str(database["PORT"])),
        user=variables.get("ORSEN_DB_SUPERUSER", "orsen_superuser"),
        password=password,
    )


def connect(variables: dict[str, str], database: str) -> psycopg2.extensions.connection:
    """A connection of the superuser, one transaction. Raises OperationError when the cluster does not answer."""
    try:
        connection = superuser(variables).connect(database)
    except psycopg2.OperationalError as error:
        raise OperationError(_("La base ne répond pas : %(error)s") % {"error": error}) from error
    connection.autocommit = False
    return connection


def rotate_wall_key(path: Path, overlap: dt.timedelta) -> str:
    """Sign contexts with a new key; the old one stays valid for the overlap. Returns the new key's public name.

    The overlap covers the restart of every process and the life of a context (ORSEN_WALL_CONTEXT_SECONDS). Zero ends
    every former key at once, for one that has leaked. No key's time is ever prolonged; those that are over are deleted.
    """
    variables = env_file.read(path)
    key = secrets.token_bytes(32)
    beside = env_file.staged(path, {"ORSEN_WALL_KEY": key.hex()})
    connection = connect(variables, str(settings.DATABASES["default"]["NAME"]))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM wall.key WHERE valid_until <= clock_timestamp()")
            cursor.execute(
                "UPDATE wall.key SET valid_until = least(valid_until, clock_timestamp() + %s)",
                [overlap],
            )
            cursor.execute("INSERT INTO wall.key (kid, k) VALUES (%s, %s)", [key_id(key), key])
    finally:
        connection.close()
    env_file.commit(beside)
    return key_id(key)


def rotate_secret_key(path: Path) -> None:
    """Sign sessions and links with a new key; what the old one signed stays valid until `forget_secret_keys`."""
    variables = env_file.read(path)
    old = variables.get("ORSEN_SECRET_KEY", settings.SECRET_KEY)
    if "," in old:
        raise OperationError(
            _(
                "L’ancienne ORSEN_SECRET_KEY contient une virgule : elle ne peut être gardée en repli."
            )
        )
    fallbacks = ",".join(
        word for word in (old, variables.get("ORSEN_SECRET_KEY_FALLBACKS", "")) if word
    )
    changes = {
        "ORSEN_SECRET_KEY": secrets.token_urlsafe(48),
        "ORSEN_SECRET_KEY_FALLBACKS": fallbacks,
    }
    env_file.commit(env_file.staged(path, changes))


def forget_secret_keys(path: Path) -> None:
    """Drop the former keys: sessions and links that they signed end."""
    env_file.commit(env_file.staged(path, {"ORSEN_SECRET_KEY_FALLBACKS": ""}))


def rotate_passwords(path: Path) -> None:
    """Give the three logins new passwords. Processes that run keep their connections but open no new one."""
    variables = env_file.read(path)
    changes = {variable: secrets.token_urlsafe(24) for variable in LOGINS.values()}
    # Where the percentage of the releases' p % rule is not written down, it is drawn from the report login's password:
    # it must not move from one release to the next.
    kept = (
        {} if "ORSEN_RELEASE_P" in variables else {"ORSEN_RELEASE_P": str(settings.ORSEN_RELEASE_P)}
    )
    beside = env_file.staged(path, changes | kept)
    connection = connect(variables, "postgres")
    try:
        with connection, connection.cursor() as cursor:
            for login, variable in LOGINS.items():
                cursor.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(login), sql.Literal(changes[variable])
                    )
                )
    finally:
        connection.close()
    env_file.commit(beside)
