"""The short way of a reader who is known, for views marked `@express`: a map asks for dozens of tiles at once.

What the long way reads from the database at each request is read in one statement instead: the session as it is stored,
and the version of everything that says who may act for whom (tenants.tiles.CommonVersion). Where both are what they
were when the long way last let this session through, the reader is the same and so is what she may do; anything else
takes the long way. The second factor, the gate of the view and the wall are asked here as they are there.

A tile that is at hand, or can be cut from what is, needs no transaction: the statement also reads tokens of what maps rest
on, and while they stand, so does what the wall gave this very scope.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.models import User
from accounts.principal import Principal
from orsen.second_factor import missing_step
from orsen.short_transaction import beginning_with
from sharing.access.door import PURPOSE_OF_KIND
from tenants.tiles.standing import Standing
from tenants.wall.context import Scope, rest_of_transaction
from tenants.wall.statements import first_in_transaction

TILE: Final = re.compile(r"(/[a-z/]+)/(\d{1,2})/(\d{1,8})/(\d{1,8})\.mvt")
READERS_KEPT: Final = 5_000
LET_THROUGH: Final = {200, 204, 304}
# The session as it is stored, and how often it changed who may act for whom.
_WHO: Final = """s.session_data,
       (SELECT coalesce(sum(v.version), 0) FROM tenants_commonversion v WHERE v.subject = 'people')::bigint"""
_FROM: Final = (
    "FROM django_session s WHERE s.session_key = %s AND s.expire_date > clock_timestamp()"
)
# Who asks, in one trip, and when the transaction began, for the scope that opens in it.
WHO_ASKS: Final = first_in_transaction(
    f"SELECT (extract(epoch FROM now()) * 1000000)::bigint, {_WHO} {_FROM}"  # noqa: S608 -- of the two texts above
)
# The same for a reader whose tile may be at hand, without a transaction, with the tokens of what maps rest on.
WHAT_STANDS: Final = f"SELECT {_WHO}, shared.reader_token(), own_token() {_FROM}"
# What the middlewares of the long way say of a page; a tile needs no more.
HEADERS: Final = {"Content-Security-Policy": "default-src 'none'", "X-Frame-Options": "DENY"}

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class State:
    """What a reader's identity rests on."""

    session_data: str
    people: int
    day: date  # memberships begin and end with days


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the long way let through, and in which state."""

    state: State
    session: dict[str, Any]
    user: User
    principal: Principal


@lru_cache(maxsize=256)
def view_of(prefix: str) -> tuple[View, dict[str, Any]] | None:
    """The marked view behind an address without its z, x and y, and its other arguments."""
    try:
        match = resolve(f"{prefix}/0/0/0.mvt")
    except Resolver404:
        return None
    if not getattr(match.func, "express", False):
        return None
    return cast("View", match.func), dict(match.kwargs)


class ExpressMiddleware:
    """Answers a known reader's tile; hands everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the long way; know nobody."""
        self.get_response = get_response
        self.readers: OrderedDict[str, Reader] = OrderedDict()
        self.lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The short way where it is open, else the long one."""
        found = TILE.fullmatch(request.path_info) if request.method == "GET" else None
        view = view_of(found[1]) if found else None
        session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if found is None or view is None or not session_key:
            return self.get_response(request)
        request.get_host()  # refuses a host name that is not ours
        arguments = view[1] | {"z": int(found[2]), "x": int(found[3]), "y": int(found[4])}
        state, response = self._short(request, session_key, view[0], arguments)
        if response is not None:
            return response
        response = self.get_response(request)
        if state is not None and response.status_code in LET_THROUGH:
            self._remember(request, session_key, state)
        return response

    def _short(
        self, request: HttpRequest, session_key: str, view: View, arguments: dict[str, Any]
    ) -> tuple[State | None, HttpResponseBase | None]:
        """The state that counts now and, for a reader who is known in it, the answer."""
        # The first statement finds out whether the connection still stands.
        connection.health_check_done = True  # type: ignore[attr-defined]  # Django's own, not in the stubs
        state = None
        try:
            response = self._at_hand(request, session_key, view, arguments)
            if response is not None:
                return None, response
            with beginning_with(WHO_ASKS, [session_key]) as row:
                if row is None:
                    return None, None
                began, session_data, people = row
                state = State(session_data, people, timezone.localdate())
                reader = self.readers.get(session_key)
                if reader is None or reader.state != state:
                    return state, None
                with self._as(request, session_key, reader) as may_pass:
                    if not may_pass:
                        return None, None
                    scope = Scope(
                        PURPOSE_OF_KIND[reader.principal.organisation_kind],
                        reader.principal.organisation_id,
                        reader.principal.user_id,
                    )
                    asking, gate = getattr(view, "asking", ""), getattr(view, "gate", ())
                    # Not for whom the gate turns away: her purpose may lack the right that the statement needs.
                    if asking and not any(reader.principal.may(each) for each in gate):
                        asking = ""
                    with rest_of_transaction(scope, began, asking=asking):
                        response = view(request, **arguments)
        except (Http404, PermissionDenied):
            return None, None  # the long way words the refusal
        except (OperationalError, InterfaceError):
            connection.close()
            return None, None
        return state, _with_headers(response)

    def _at_hand(
        self, request: HttpRequest, session_key: str, view: View, arguments: dict[str, Any]
    ) -> HttpResponseBase | None:
        """The answer to a known reader from what the process keeps, when nothing that it rests on has moved."""
        answer, reader = getattr(view, "at_hand", None), self.readers.get(session_key)
        if answer is None or reader is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(WHAT_STANDS, [session_key])
            row = cursor.fetchone()
        if row is None or reader.state != State(row[0], row[1], timezone.localdate()):
            return None
        if not any(reader.principal.may(each) for each in getattr(view, "gate", ())):
            return None
        with self._as(request, session_key, reader) as may_pass:
            response = (
                answer(request, reader.principal, Standing(row[2], row[3]), **arguments)
                if may_pass
                else None
            )
        return None if response is None else _with_headers(response)

    @contextmanager
    def _as(self, request: HttpRequest, session_key: str, reader: Reader) -> Iterator[bool]:
        """Put the reader on the request; whether she owes no second factor. Takes her off again for the long way."""
        session = SessionStore(session_key)
        session._session_cache = dict(reader.session)  # type: ignore[attr-defined]  # the stored session, decoded
        request.session, request.user = session, reader.user
        may_pass = missing_step(request, reader.user, reader.principal) is None
        request.principal = reader.principal  # type: ignore[attr-defined]
        try:
            yield may_pass
        finally:
            del request.session, request.user, request.principal  # type: ignore[attr-defined]

    def _remember(self, request: HttpRequest, session_key: str, state: State) -> None:
        principal = getattr(request, "principal", None)
        user = getattr(request, "user", None)
        session = SessionStore().decode(state.session_data)
        if not isinstance(principal, Principal) or not isinstance(user, User):
            return
        if principal.organisation_kind not in PURPOSE_OF_KIND or session.get(SESSION_KEY) != str(user.pk):  # fmt: skip
            return
        # `request.user` is lazy: what is kept is the person, not the request that brought her.
        person = cast("User", getattr(user, "_wrapped", user))
        with self.lock:
            self.readers[session_key] = Reader(state, session, person, principal)
            self.readers.move_to_end(session_key)
            while len(self.readers) > READERS_KEPT:
                self.readers.popitem(last=False)


def _with_headers(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
