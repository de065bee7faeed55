"""Step-up: an act that takes much data out, or gives rights away, asks for a second factor shown a moment ago.

    @requires("reports.read")
    @fresh_second_factor
    def download(request): ...

The gate (`accounts.gate`) stands outside and says who may; this one, inside, asks whether it is still the same person
at the keyboard. A log-in with a second factor counts for ORSEN_STEP_UP_MINUTES, a confirmation too. A session opened
by ProConnect counts from the moment at which its provider says that the person showed the factor (`auth_time`): being
sent through again without a question proves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])
PROCONNECT = "proconnect"


def shown_at(request: HttpRequest, user: User) -> float | None:
    """When the person last showed a second factor in this session, seconds since 1970; None when she did not."""
    moments = [
        float(
            record.get("auth_time") or 0 if record.get("provider") == PROCONNECT else record["at"]
        )
        for record in get_authentication_records(request, user)
        if record.get("method") == "mfa"
    ]
    return max(moments, default=None)


def is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor was shown within ORSEN_STEP_UP_MINUTES; always where no second factor is asked of anybody."""
    if not settings.ORSEN_REQUIRE_SECOND_FACTOR:
        return True
    user = request.user
    if not isinstance(user, User):
        return False
    moment = shown_at(request, user)
    return moment is not None and time.time() - moment < settings.ORSEN_STEP_UP_MINUTES * 60


def confirmation_step(user: User) -> str:
    """URL name of the page where the person shows a second factor, or sets one up when she has none.

    Reads the table of second factors, which no business scope may: ask it under `/compte/` only.
    """
    if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return "mfa_reauthenticate"
    if is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]):
        return "mfa_reauthenticate_webauthn"
    return "mfa_activate_totp"


def fresh_second_factor(view: View) -> View:
    """Run the view only when a second factor was shown a moment ago; otherwise ask for it and come back.

    A download (GET) resumes by itself once confirmed. A form is not sent again behind the person's back: she returns
    to its page, told to send it again. htmx gets HX-Redirect; the API a 403 that says what to do.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return cast("HttpResponse", view(request, *args, **kwargs))
        return ask(request)

    return cast("View", guarded)


def ask(request: HttpRequest) -> HttpResponse:
    """Send to the page of the second factor. Raises PermissionDenied for an API call."""
    if request.path.startswith("/api/"):
        raise PermissionDenied(
            _("Cet envoi demande un second facteur récent : confirmez-le d’abord sur le site.")
        )
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        back = request.get_full_path()
        messages.info(request, _("Cette étape demande de confirmer que c’est bien vous."))
    else:
        back = _page_of(request)
        messages.info(
            request,
            _("Confirmez que c’est bien vous, puis recommencez : rien n’a encore été fait."),
        )
    url = f"{reverse('confirm-identity')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)


def _page_of(request: HttpRequest) -> str:
    """The page on which the form stands, when the browser says so and it is one of ours; else the home page."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(
        said, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    parts = urlsplit(said)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
