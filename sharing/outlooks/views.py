"""Pages of the partners' views: the comparison, and the forms."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from sharing.journal.models import Action
from sharing.journal.services import record_rows
from sharing.outlooks import services
from sharing.outlooks.forms import OutlookForm
from sharing.outlooks.models import Outlook

REFUSED = 422
FORM = ["GET", "POST"]


@require_GET
@requires("sharing.read", "shared.read")
def outlook_list(request: HttpRequest) -> HttpResponse:
    """Every place with a partner's view, beside what its landlord publishes; the widest differences first."""
    principal = principal_of(request)
    found = services.compared(principal)
    shared = [each.site.shared for each in found if each.site and each.site.shared]
    if shared:
        record_rows(principal, Action.LISTED, shared, _("Regards croisés"))
    gives = principal.is_partner and principal.may("meetings.write")
    context = {
        "heading": _("Regards croisés"),
        "lead": _("Ce que les partenaires voient, à côté de ce que les bailleurs publient. Les plus grands écarts d’abord."),
        "rows": [
            {
                "place": each,
                "views": [(view, _labels(view)) for view in each.views],
                "earlier": [(view, _labels(view)) for view in each.earlier],
            }
            for each in found
        ],
        "gives": gives,
        "own": principal.organisation_id,
    }  # fmt: skip
    return render(request, "outlooks/list.html", context)


def _labels(view: Outlook) -> str:
    return ", ".join(str(services.LABELS.get(code, code)) for code in view.reasons)


@require_GET
@requires("meetings.write")
def outlook_pick(request: HttpRequest) -> HttpResponse:
    """Choose the neighbourhood to speak of."""
    principal = principal_of(request)
    context = {
        "heading": _("Donner un regard sur un quartier"),
        "breadcrumbs": [(_("Regards croisés"), reverse("outlook-list")), (_("Quartier"), "")],
        "places": [each for each, _convention in services.neighbourhoods_to_view(principal)],
        "is_partner": principal.is_partner,
    }
    return render(request, "outlooks/pick.html", context)


@require_http_methods(FORM)
@requires("meetings.write")
def outlook_site(request: HttpRequest, key: UUID) -> HttpResponse:
    """The partner's view of a site that it reads."""
    principal = principal_of(request)
    site = services.site_to_view(principal, key)
    return _form(
        request,
        site.name,
        reverse("shared-site", args=[key]),
        lambda level, reasons: services.give_on_site(principal, site, level, reasons),
    )


@require_http_methods(FORM)
@requires("meetings.write")
def outlook_neighbourhood(request: HttpRequest, pk: int) -> HttpResponse:
    """The partner's view of a neighbourhood."""
    principal = principal_of(request)
    territory, convention_id = services.neighbourhood_to_view(principal, pk)
    return _form(
        request,
        territory.name,
        reverse("outlook-pick"),
        lambda level, reasons: services.give_on_neighbourhood(
            principal, territory, convention_id, level, reasons
        ),
    )


def _form(
    request: HttpRequest, name: str, back: str, give: Callable[[int, list[str]], Outlook]
) -> HttpResponse:
    form = OutlookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        give(form.cleaned_data["level"], form.cleaned_data["reasons"])
        messages.success(request, _("Votre regard est enregistré. Les précédents sont gardés."))
        return redirect("outlook-list")
    context = {
        "heading": _("Votre regard"),
        "lead": name,
        "breadcrumbs": [(_("Regards croisés"), reverse("outlook-list")), (name, "")],
        "form": form,
        "back": back,
    }
    return render(request, "outlooks/form.html", context, status=REFUSED if form.errors else 200)
