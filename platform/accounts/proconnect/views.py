"""Out to the provider, back from it, and out of both."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.gate import public
from accounts.models import User
from accounts.principal import ACTIVE_MEMBERSHIP
from accounts.proconnect import matching, provider, tokens
from accounts.proconnect.configuration import configuration, is_configured
from accounts.proconnect.refusals import Refusal
from accounts.proconnect.session import ID_TOKEN
from accounts.security.events import Kind, note
from accounts.step_up import PROCONNECT

logger = logging.getLogger(__name__)

FLOW: Final = "proconnect_flow"
FLOW_SECONDS: Final = 600
FLOW_PATH: Final = "/compte/proconnect/"


@dataclass(frozen=True)
class Flow:
    """One log-in under way, kept in a signed cookie: a refused one leaves no session behind."""

    state: str
    nonce: str
    verifier: str
    next: str


def _configured() -> None:
    if not is_configured():
        raise Http404


@public
@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    _configured()
    config = configuration()
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = ""
    flow = Flow(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), back
    )
    wanted = {"acr": {"essential": True, "values": list(config.acr_values)}, "auth_time": None}
    asked = {
        "response_type": "code",
        "client_id": config.client_id,
        "redirect_uri": request.build_absolute_uri(reverse("proconnect-return")),
        "scope": config.scope,
        "state": flow.state,
        "nonce": flow.nonce,
        "claims": json.dumps({"id_token": wanted}, separators=(",", ":")),
    }
    if config.pkce:
        digest = hashlib.sha256(flow.verifier.encode()).digest()
        asked["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        asked["code_challenge_method"] = "S256"
    try:
        address = provider.metadata(config)["authorization_endpoint"]
    except Refusal as refusal:
        return _refused(request, refusal)
    response = HttpResponseRedirect(f"{address}?{urlencode(asked)}")
    response.set_signed_cookie(
        FLOW, json.dumps(asdict(flow)), salt=FLOW, max_age=FLOW_SECONDS, path=FLOW_PATH,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


@public
@never_cache
@require_GET
@transaction.atomic
def callback(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer. Whatever is wrong with it, nobody is logged in afterwards."""
    _configured()
    try:
        flow = _flow(request)
    except Refusal as refusal:
        return _refused(
            request, refusal
        )  # a session that is open stays: the link may be a stranger's
    try:
        response = _logged_in(request, flow)
    except Refusal as refusal:
        logout(request)
        response = _refused(request, refusal)
    response.delete_cookie(FLOW, path=FLOW_PATH, samesite="Lax")
    return response


def _flow(request: HttpRequest) -> Flow:
    try:
        text = request.get_signed_cookie(FLOW, salt=FLOW, max_age=FLOW_SECONDS)
    except (KeyError, signing.BadSignature) as error:
        raise Refusal("flow", type(error).__name__) from error
    flow = Flow(**json.loads(text or "{}"))
    if not hmac.compare_digest(request.GET.get("state", "").encode(), flow.state.encode()):
        raise Refusal("flow", "state")
    return flow


def _logged_in(request: HttpRequest, flow: Flow) -> HttpResponse:
    config = configuration()
    error = request.GET.get("error")
    if error:
        raise Refusal("cancelled" if error == "access_denied" else "provider", error[:80])
    if request.GET.get("iss", config.issuer) != config.issuer:
        raise Refusal("token", "the answer names another issuer")
    answer = provider.exchange(
        config,
        code=request.GET.get("code", ""),
        redirect_uri=request.build_absolute_uri(reverse("proconnect-return")),
        verifier=flow.verifier,
    )
    identity = tokens.identity(config, answer, flow.nonce)
    membership = matching.member(identity)
    user: User = membership.user
    matching.bind(identity, user)
    logout(request)  # nothing of a former session counts in this one
    if identity.counts_as_second_factor(config):
        record_authentication(
            request,
            user,
            "mfa",
            provider=PROCONNECT,
            acr=identity.acr,
            auth_time=identity.auth_time,
        )
    else:
        record_authentication(request, user, PROCONNECT, acr=identity.acr)
    request.session[ACTIVE_MEMBERSHIP] = membership.pk
    request.session[ID_TOKEN] = identity.id_token
    return perform_login(request, user, redirect_url=flow.next or None)  # type: ignore[no-any-return]


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    logger.warning("ProConnect log-in refused: %s", refusal)
    note(request, Kind.PROCONNECT_REFUSED, detail=str(refusal)[:200])
    context = {"reason": refusal.reason, "advice": refusal.advice}
    return render(request, "proconnect/refused.html", context, status=403)


@public
@never_cache
@require_GET
def logged_out(request: HttpRequest) -> HttpResponse:
    """Back from the provider's own log-out."""
    _configured()
    messages.info(request, _("Vous êtes déconnecté d’ORSEN Plateforme et de ProConnect."))
    return redirect("account_login")
