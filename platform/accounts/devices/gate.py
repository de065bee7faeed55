"""The gate of the telephone's own routes: a known device session, in a cookie that only these routes read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.devices.services import Device, recognise

View = TypeVar("View", bound=Callable[..., Any])
DEVICE = "device"
COOKIE = "orsen_telephone"
PATH = "/saisie/"
# A form of another site cannot add a header, and a script of another site is refused one by the browser.
HEADER = "X-Orsen-Capture"


def device_of(request: HttpRequest) -> Device:
    """The telephone that asks; set by `on_device`."""
    return cast("Device", request.device)  # type: ignore[attr-defined]


def on_device(view: View) -> View:
    """Let in a telephone that was activated, also one since revoked: the view says what it still takes from it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get(HEADER) != "1":
            return JsonResponse({"code": "header", "message": _("Demande refusée.")}, status=400)
        device = recognise(request.COOKIES.get(COOKIE, ""))
        if device is None:
            text = _("Ce téléphone n’est pas activé : demandez un code à votre responsable.")
            return JsonResponse({"code": "unknown", "message": text}, status=401)
        request.device = device  # type: ignore[attr-defined]
        return cast("HttpResponse", view(request, *args, **kwargs))

    # The cookie is SameSite=Strict and the header above is asked for: a token in the page would be stale after days
    # without a network.
    exempt = csrf_exempt(guarded)
    exempt.gate = (DEVICE,)  # type: ignore[attr-defined]
    return cast("View", exempt)


def remember(response: HttpResponse, token: str) -> None:
    """Give the telephone its token: out of the reach of scripts, sent to this site only."""
    response.set_cookie(
        COOKIE,
        token,
        # Longer than the session: what an expired or revoked telephone still holds must be able to name itself.
        max_age=(settings.ORSEN_DEVICE_DAYS + 60) * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
        path=PATH,
    )


def forget(response: HttpResponse) -> None:
    """Take the token back."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
