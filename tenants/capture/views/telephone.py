"""The telephone's own routes: the page that it keeps, its list, what it sends, leaving. None of them opens another page."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.devices.gate import HEADER, device_of, forget, on_device, remember
from accounts.devices.services import Standing, leave, take
from accounts.gate import public
from accounts.people.services import PeopleError
from tenants.access import landlord_scope
from tenants.capture.listing import state_for
from tenants.capture.receiving import receive

MOST_ITEMS = 40
MOST_BYTES = 512 * 1024
LONGEST_SECRET = 100


def _refusal(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def _read(request: HttpRequest) -> Any:
    """The JSON of the request; None for anything else."""
    if request.content_type != "application/json" or len(request.body) > MOST_BYTES:
        return None
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):  # brackets by the thousand
        return None


@never_cache
@require_POST
@public
@csrf_exempt
def capture_activate(request: HttpRequest) -> HttpResponse:
    """Take the activation whose secret the QR code carried: the answer gives the telephone its cookie."""
    said = _read(request)
    secret = said.get("secret") if isinstance(said, dict) else None
    if request.headers.get(HEADER) != "1" or not isinstance(secret, str):
        return _refusal("unreadable", _("Ce code est illisible : scannez-le de nouveau."), 400)
    try:
        session, token = take(secret[:LONGEST_SECRET], request.headers.get("User-Agent", ""))
    except PeopleError as error:
        return _refusal("gone", str(error), 410)
    response = JsonResponse({"device": str(session.key)})
    remember(response, token)
    return response


@never_cache
@require_GET
@on_device
@transaction.non_atomic_requests
def capture_state(request: HttpRequest) -> HttpResponse:
    """The list that the telephone takes along. A revoked or expired one is told to wipe what it has."""
    device = device_of(request)
    if device.principal is None:
        return _refusal(str(device.standing), _sentence(device.standing), 401)
    with landlord_scope(device.principal):
        return JsonResponse(state_for(device.principal, device.session))


def _sentence(standing: Standing) -> str:
    if standing is Standing.EXPIRED:
        return _(
            "L’activation de ce téléphone a pris fin : demandez un nouveau code. Vos cotations restent sur le téléphone."
        )
    return _("L’accès de ce téléphone a été retiré : la liste de vos sites est effacée.")


@never_cache
@require_POST
@on_device
@transaction.non_atomic_requests
def capture_send(request: HttpRequest) -> HttpResponse:
    """Receive a batch: one outcome an item, each committed before the answer leaves."""
    device = device_of(request)
    if device.standing is Standing.EXPIRED:
        return _refusal(str(device.standing), _sentence(device.standing), 401)
    if len(request.body) > MOST_BYTES:
        return _refusal("large", _("L’envoi est trop gros : il sera découpé."), 413)
    said = _read(request)
    items = said.get("items") if isinstance(said, dict) else None
    if not isinstance(items, list):
        return _refusal("unreadable", _("L’envoi est illisible : il sera repris."), 400)
    if len(items) > MOST_ITEMS:
        return _refusal("large", _("L’envoi est trop gros : il sera découpé."), 413)
    return JsonResponse(
        {
            "standing": str(device.standing),
            "outcomes": [asdict(receive(device, item)) for item in items],
        }
    )


@never_cache
@require_POST
@on_device
def capture_leave(request: HttpRequest) -> HttpResponse:
    """The person leaves the telephone: its session ends and its cookie goes."""
    leave(device_of(request).session)
    response = JsonResponse({"left": True})
    forget(response)
    return response
