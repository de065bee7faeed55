"""Make roles, database, extensions and the context's functions: what only a superuser can do."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from tenants.wall.context import key_id

SQL_FOLDER = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Superuser:
    """How to reach the cluster as a superuser."""

    host: str
    port: int
    user: str
    password: str

    def connect(self, database: str) -> psycopg2.extensions.connection:
        """A connection in autocommit. Raises psycopg2.OperationalError when the cluster does not answer."""
        connection = psycopg2.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, dbname=database
        )
        connection.autocommit = True
        return connection


# Roles are the cluster's: two preparations at once (two databases of one cluster) take turns.
TURN = 0x0F5E
TAKE_TURN = "SELECT pg_advisory_lock(%s)"  # given back when the connection closes


def prepare_roles(superuser: Superuser, passwords: dict[str, str]) -> None:
    """Make the roles and set the logins' passwords (role name → password). Safe to repeat."""
    with closing(superuser.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [TURN])
        cursor.execute((SQL_FOLDER / "001_roles.sql").read_text(encoding="utf-8"))
        for role, password in passwords.items():
            cursor.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )


def prepare_database(superuser: Superuser, name: str, wall_key: bytes) -> None:
    """Make the database where it is absent, its extensions, the context's functions and the signing key."""
    with closing(superuser.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [TURN])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            create = "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0"
            cursor.execute(sql.SQL(create).format(sql.Identifier(name)))
        for statement in (
            "REVOKE ALL ON DATABASE {} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {} TO orsen_owner, orsen_web, orsen_report",
            # Temporary tables: the owner's migrations and the release builder sort there; the web login never does.
            "GRANT TEMPORARY ON DATABASE {} TO orsen_owner, orsen_report",
        ):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
        _prepare_inside(superuser, name, wall_key)


def _prepare_inside(superuser: Superuser, name: str, wall_key: bytes) -> None:
    with closing(superuser.connect(name)) as connection, connection.cursor() as cursor:
        for name_of_file in ("002_context.sql", "003_purge.sql", "004_purge_photographs.sql"):
            cursor.execute((SQL_FOLDER / name_of_file).read_text(encoding="utf-8"))
        cursor.execute(
            "INSERT INTO wall.key (kid, k) VALUES (%s, %s) ON CONFLICT (kid) DO NOTHING",
            [key_id(wall_key), wall_key],
        )
