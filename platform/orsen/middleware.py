"""Open the reader's scope around each request."""

from __future__ import annotations

from collections.abc import Callable

from accounts import principal as principals
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sharing.access import shared_scope

# Log-in, the operator's admin, health, static files, language: they serve nobody's data and run without a scope.
OUTSIDE = ("/compte/", "/exploitation/", "/healthz", "/static/", "/langue/")
SERVER_ERROR = 500


class ScopeMiddleware:
    """Puts `request.principal`, and opens the scope of its organisation around the view and its rendering.

    ATOMIC_REQUESTS alone would leave templates and streams outside the transaction; this one alone would commit what a
    failed view did: hence both, and the rollback below. Streams and files are read after the scope is closed: a view
    that streams opens its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, within the scope when somebody is logged in for an organisation that has one."""
        request.principal = None  # type: ignore[attr-defined]
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        principal = principals.of_request(request)
        request.principal = principal  # type: ignore[attr-defined]
        if principal is None or principal.organisation_kind == "operator":
            return self.get_response(request)
        with shared_scope(principal):
            response = self.get_response(request)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A view that raised undoes everything it did, also what ran outside its own savepoint."""
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
        return None
