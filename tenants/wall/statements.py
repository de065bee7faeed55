"""One statement at a time: psycopg2 would send « SELECT …; COMMIT; SET ROLE NONE; … » as it stands.

Inside one statement an injection cannot leave its purpose (002_context.sql); a second statement could.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tenants.wall.context import GIVE_BACK, TAKE

OWN: Final = {*TAKE.values(), GIVE_BACK}
GUARDED: Final = "default"


class StackedStatementError(RuntimeError):
    """Several statements in one text on the connection that serves readers."""


def first_in_scope(statement: str) -> str:
    """The statement, which may travel with the opening of a scope. A literal of the code, named when a module loads."""
    OWN.update(f"{take}; {statement}" for take in TAKE.values())
    return statement


def first_in_transaction(statement: str) -> str:
    """The statement behind BEGIN, in one text. A literal of the code, named when a module loads."""
    OWN.add(text := f"BEGIN; {statement}")
    return text


def refuse_stacked(
    execute: Callable[..., Any],
    statement: Any,
    params: Any,
    many: bool,  # noqa: FBT001 -- the signature is Django's
    context: dict[str, Any],
) -> Any:
    """Run the statement. Raises StackedStatementError for a text that holds a `;` before its end.

    A literal with a semicolon is refused too: values are parameters, which are not part of the text.
    """
    text = statement if isinstance(statement, str) else str(statement)
    if ";" in text and text not in OWN and ";" in text.rstrip().removesuffix(";"):
        raise StackedStatementError(text[:200])
    return execute(statement, params, many, context)


def guard(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Put the guard on a connection that was just made."""
    if connection.alias == GUARDED and refuse_stacked not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_stacked)


def install() -> None:
    """Guard every connection of the web login, from now on."""
    connection_created.connect(guard, dispatch_uid="tenants.wall.statements")
