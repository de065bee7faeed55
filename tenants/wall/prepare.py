"""Make roles, database, extensions and the context's functions: what only a superuser can do."""

from __future__ import annotations

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


def prepare_roles(superuser: Superuser, passwords: dict[str, str]) -> None:
    """Make the roles and set the logins' passwords (role name → password). Safe to repeat."""
    connection = superuser.connect("postgres")
    with connection.cursor() as cursor:
        cursor.execute((SQL_FOLDER / "001_roles.sql").read_text(encoding="utf-8"))
        for role, password in passwords.items():
            cursor.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
    connection.close()


def prepare_database(superuser: Superuser, name: str, wall_key: bytes) -> None:
    """Make the database where it is absent, its extensions, the context's functions and the signing key."""
    connection = superuser.connect("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(name)
                )
            )
        cursor.execute(
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
        )
        cursor.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO orsen_owner, orsen_web, orsen_report").format(
                sql.Identifier(name)
            )
        )
        # Temporary tables: the owner's migrations and the release builder sort there; the web login never does.
        cursor.execute(
            sql.SQL("GRANT TEMPORARY ON DATABASE {} TO orsen_owner, orsen_report").format(
                sql.Identifier(name)
            )
        )
    connection.close()
    connection = superuser.connect(name)
    with connection.cursor() as cursor:
        cursor.execute((SQL_FOLDER / "002_context.sql").read_text(encoding="utf-8"))
        cursor.execute(
            "INSERT INTO wall.key (kid, k) VALUES (%s, %s) ON CONFLICT (kid) DO NOTHING",
            [key_id(wall_key), wall_key],
        )
    connection.close()
