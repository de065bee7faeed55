"""Open the signed context that the wall reads in PostgreSQL.

A context says for one transaction which purpose (database role) and which organisation the statements serve. It is
signed, so that a statement slipped into a query can neither invent one nor change it; it names the instant at which its
transaction began, so that one overheard elsewhere is worth nothing; and it expires.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connections, transaction

ROLE_OF_PURPOSE: Final = {
    "landlord": "orsen_app",
    "partner": "orsen_partner",
    "coordinator": "orsen_coordinator",
    "queue": "orsen_queue",
}
# When the transaction began, microseconds since the epoch.
BEGAN: Final = "SELECT (extract(epoch FROM now()) * 1000000)::bigint"
# The context before the purpose, in SET and not by set_config(), which no purpose may call (002_context.sql).
TAKE: Final = {
    purpose: f"SET LOCAL orsen.ctx = %s; SET LOCAL ROLE {role}"
    for purpose, role in ROLE_OF_PURPOSE.items()
}
GIVE_BACK: Final = "SET LOCAL ROLE NONE; SET LOCAL orsen.ctx = ''"


@dataclass(frozen=True)
class Scope:
    """What is open: the purpose, the organisation served and the person asking (0: nobody, the queue)."""

    purpose: str
    organisation_id: int
    user_id: int


_CURRENT: ContextVar[Scope | None] = ContextVar("orsen_scope", default=None)
# What was asked along with the opening of the scope that is open, and its one row; given out once.
_ASKED: ContextVar[tuple[Scope, str, tuple[Any, ...]] | None] = ContextVar(
    "orsen_asked", default=None
)


class NoScopeError(RuntimeError):
    """A walled table was asked for while no scope was open: a mistake in the code, never an empty answer."""


def current_scope() -> Scope | None:
    """The scope that is open here, if any."""
    return _CURRENT.get()


def key_id(key: bytes) -> str:
    """Public name of a signing key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:16]


def sign(scope: Scope, began: int, *, now: float | None = None) -> str:
    """The signed text of a scope, valid for ORSEN_WALL_CONTEXT_SECONDS in one transaction.

    `began`: the start of that transaction, microseconds since the epoch, as PostgreSQL gives it.
    """
    key = bytes.fromhex(settings.ORSEN_WALL_KEY)
    expiry = int((time.time() if now is None else now) + settings.ORSEN_WALL_CONTEXT_SECONDS)
    text = f"{scope.purpose}|{scope.organisation_id}|{scope.user_id}|{expiry}|{began}|{key_id(key)}"
    return f"{text}|{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"


@contextmanager
def open_scope(scope: Scope, *, using: str = "default") -> Iterator[Scope]:
    """Open a transaction and, in it, the scope; put the outer scope back at the end.

    Scopes nest: a task that serves one landlord after the other opens one inside the transaction of the other. Raises
    KeyError for an unknown purpose. The context dies with the transaction; nothing of it stays on the connection.
    """
    if scope.purpose not in TAKE:
        raise KeyError(scope.purpose)
    outer = _CURRENT.get()
    connection = connections[using]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute(BEGAN)
            began = int(cursor.fetchone()[0])
            cursor.execute(TAKE[scope.purpose], [sign(scope, began)])
        token = _CURRENT.set(scope)
        try:
            yield scope
        finally:
            _CURRENT.reset(token)
        # Reached only without an exception: otherwise the savepoint or transaction is rolled back, settings with it.
        # The transaction that ends here takes its settings along.
        if not is_outermost and not connection.needs_rollback:
            with connection.cursor() as cursor:
                if outer is None:
                    cursor.execute(GIVE_BACK)
                else:
                    cursor.execute(TAKE[outer.purpose], [sign(outer, began)])


@contextmanager
def rest_of_transaction(
    scope: Scope, began: int, *, asking: str = "", using: str = "default"
) -> Iterator[Scope]:
    """The scope, in a transaction that the caller has opened and ends right behind it (given back in a savepoint).

    `began`: as BEGAN gives it in that transaction. `asking`: a statement without parameters that returns one row; it
    travels with the opening, and `ask` gives its row to the first that asks for it. For requests that count their trips
    to PostgreSQL. Raises KeyError for an unknown purpose.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(filter(None, (TAKE[scope.purpose], asking))), [sign(scope, began)])
        asked = _ASKED.set((scope, asking, cursor.fetchone()) if asking else None)
    token = _CURRENT.set(scope)
    try:
        yield scope
    finally:
        _CURRENT.reset(token)
        _ASKED.reset(asked)
    if connection.savepoint_ids and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK)


def ask(
    scope: Scope, statement: str, parameters: Sequence[Any] = (), *, using: str = "default"
) -> tuple[Any, ...]:
    """The one row of a statement that reads, in the scope; opens it where another or none is open.

    Raises LookupError for a statement that returns no row.
    """
    if _CURRENT.get() != scope:
        with open_scope(scope, using=using):
            return ask(scope, statement, parameters, using=using)
    asked = _ASKED.get()
    if asked is not None and asked[:2] == (scope, statement):
        _ASKED.set(None)
        return asked[2]
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise LookupError("the statement returned no row")
    return row
