"""Who is asking, and the scope that opens around each request."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import principal as principals
from accounts.models import User
from orsen.second_factor import missing_step
from sharing.access import shared_scope

# Log-in, health, static files, language: they serve nobody's data, and people without a principal need them.
# A telephone's own routes know it by its device session, the layers a token: they open the scope themselves.
OUTSIDE = ("/compte/", "/healthz", "/static/", "/langue/", "/saisie/", "/ogc")
# The operator's admin and the people's pages run as the plain login, which reads and writes common tables only: no
# purpose may write who is who.
WITHOUT_SCOPE = (
    *OUTSIDE,
    "/exploitation/",
    "/personnes/",
    "/invitation/",
    "/acces-sig/",
    "/telephone/",
)
SERVER_ERROR = 500

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ReadableQueryMiddleware:
    """Refuses (400) a query that holds a NUL: no value of ours does, and PostgreSQL takes none."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on, or raise BadRequest."""
        if "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("NUL in the query")
        return self.get_response(request)


class PrincipalMiddleware:
    """Puts `request.principal`; keeps whoever still owes a second factor at its own pages."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Resolve the principal, or send to the missing step."""
        request.principal = None  # type: ignore[attr-defined]
        user = request.user
        if request.path.startswith(OUTSIDE) or not isinstance(user, User):
            return self.get_response(request)
        principal = principals.of_request(request)
        step = missing_step(request, user, principal)
        if step is not None:
            if request.path.startswith("/api/"):
                raise PermissionDenied(
                    _("Un second facteur est nécessaire : connectez-vous d’abord par le site.")
                )
            return HttpResponseRedirect(f"{reverse(step)}?next={request.path}")
        request.principal = principal  # type: ignore[attr-defined]
        return self.get_response(request)


class ScopeMiddleware:
    """Opens the scope of the principal's organisation around the view and its rendering.

    ATOMIC_REQUESTS alone would leave templates and streams outside the transaction; this one alone would commit what a
    failed view did: hence both, and the rollback below. Streams and files are read after the scope is closed: a view
    that streams opens its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, within the scope when somebody acts for an organisation that has one."""
        principal: principals.Principal | None = getattr(request, "principal", None)
        if (
            principal is None
            or principal.organisation_kind == "operator"
            or request.path.startswith(WITHOUT_SCOPE)
        ):
            return self.get_response(request)
        with shared_scope(principal):
            response = self.get_response(request)
            if response.status_code >= SERVER_ERROR or getattr(request, "view_raised", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A view that raised undoes everything it did, also what ran outside its own savepoint.

        At the end, not here: the page that says what went wrong still asks the database who is reading.
        """
        request.view_raised = True  # type: ignore[attr-defined]
        return None


class PageCompressionMiddleware(GZipMiddleware):
    """Packs pages and their parts, which a telephone waits for; everything else leaves as it is.

    Django adds random bytes to the length, and masks its tokens anew at each answer, so that a length tells nothing.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, packed where it is a page."""
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response
