"""Telephones: activated by a code that the administrator shows, listed, revoked; or by the person logged in on it."""

from __future__ import annotations

import base64
import io

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.devices import services
from accounts.devices.forms import ActivationForm
from accounts.devices.gate import PATH, remember
from accounts.devices.models import DeviceSession
from accounts.gate import principal_of, requires
from accounts.people.services import PeopleError

SESSION_DEVICE = "capture_device"  # the telephone that this very log-in activated
REFUSED = 422


@require_GET
@requires("people.manage")
def device_list(request: HttpRequest) -> HttpResponse:
    """Every telephone of the organisation, and whether it still acts."""
    context = {
        "heading": _("Téléphones"),
        "lead": _(
            "Un téléphone activé sert à coter, à rien d’autre, pour une personne et pendant trente jours."
        ),
        "breadcrumbs": [(_("Personnes"), reverse("people-list")), (_("Téléphones"), "")],
        "sessions": services.sessions(principal_of(request)),
        "ends": [each for each in DeviceSession.End.choices if each[0] != DeviceSession.End.LEFT],
    }
    return render(request, "devices/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@requires("people.manage")
def device_activate(request: HttpRequest) -> HttpResponse:
    """Choose whose telephone, then show the code, once."""
    principal = principal_of(request)
    form = ActivationForm(request.POST or None, memberships=services.candidates(principal))
    context = {
        "heading": _("Activer un téléphone"),
        "breadcrumbs": [
            (_("Personnes"), reverse("people-list")),
            (_("Téléphones"), reverse("device-list")),
            (_("Activer"), ""),
        ],
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        try:
            membership = form.cleaned_data["membership"] or services.enrol(
                principal, form.cleaned_data["display_name"]
            )
            activation, secret = services.offer(principal, membership.pk)
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            # After the #: a browser sends no server, and no log, what follows it.
            address = request.build_absolute_uri(PATH) + "#activer=" + secret
            context |= {"activation": activation, "code": _drawing(address), "address": address}
            return render(request, "devices/code.html", context)
    status = REFUSED if form.is_bound else 200
    return render(request, "devices/activate.html", context, status=status)


def _drawing(text: str) -> str:
    code = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2)
    stream = io.BytesIO()
    code.save(stream)
    return "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode()


@never_cache
@require_GET
@requires("people.manage")
def device_offered(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a telephone has taken the code: a fragment, asked for every few seconds."""
    activation = services.offered(principal_of(request), pk)
    return render(request, "devices/_taken.html", {"activation": activation})


@require_POST
@requires("people.manage")
def device_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a telephone's session, with the reason."""
    try:
        session = services.revoke(principal_of(request), pk, request.POST.get("end", ""))
    except PeopleError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _(
                "Le téléphone de %(name)s n’a plus d’accès : sa liste s’efface à son prochain passage."
            )
            % {"name": session.membership.user.display_name},
        )
    return redirect("device-list")


@never_cache
@require_http_methods(["GET", "POST"])
@requires("assessments.write")
def device_own(request: HttpRequest) -> HttpResponse:
    """Make the telephone that one is logged in on ready to rate without a network."""
    if request.method == "POST":
        session, token = services.take_as(
            principal_of(request), request.headers.get("User-Agent", "")
        )
        request.session[SESSION_DEVICE] = session.pk
        response = redirect(PATH)
        remember(response, token)
        return response
    return render(request, "devices/own.html", {"heading": _("Coter sans réseau")})
