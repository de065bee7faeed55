"""The waiver of the member's own organisation: read, signed, revoked in its own pages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import fresh_second_factor
from sharing.access import conventions
from sharing.conventions.models import Convention
from sharing.waivers import services
from sharing.waivers.forms import WaiverForm
from sharing.waivers.services import WaiverRefusedError


def _bound(request: HttpRequest, key: UUID) -> Convention:
    principal = principal_of(request)
    if not principal.is_landlord:
        raise Http404
    return get_object_or_404(conventions(principal), key=key)


@require_http_methods(["GET", "POST"])
@requires("waivers.sign")
@fresh_second_factor
def waiver(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a waiver does, and its signature."""
    principal, convention = principal_of(request), _bound(request, key)
    form = WaiverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.sign(principal, convention, given["signatory"], given["function"])
        except WaiverRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("Votre renonciation est signée : elle vaut dès le prochain rapport produit."),
            )
            return redirect("party-convention", key)
    context = {
        "heading": _("Renoncer à la protection de nos chiffres"),
        "breadcrumbs": [
            (_("Partage"), reverse("landlord-sharing")),
            (convention.name, reverse("party-convention", args=[key])),
            (_("Renonciation"), ""),
        ],
        "convention": convention,
        "waiver": services.own_waiver(principal, convention),
        "form": form,
    }
    return render(request, "waivers/waiver.html", context)


@require_POST
@requires("waivers.sign")
def waiver_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it back."""
    if services.revoke(principal_of(request), _bound(request, key)):
        messages.success(
            request,
            _("Votre renonciation est révoquée : les prochains rapports protègent de nouveau vos "
              "chiffres. Ceux qui sont publiés restent."),
        )  # fmt: skip
    return redirect("party-convention", key)
