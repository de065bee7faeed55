"""Give a whole sector to somebody."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import fresh_second_factor
from tenants.people import services
from tenants.people.sectors import give_sector, sector_lines
from tenants.people.services import PERMISSION, PlaceError


@require_GET
@requires(PERMISSION)
def sector_list(request: HttpRequest) -> HttpResponse:
    """Sectors by agency, with the sites that nobody has."""
    principal = principal_of(request)
    context = {
        "heading": _("Affecter par secteur"),
        "lead": _("Donnez d’un coup tous les sites d’un secteur à une personne ; elle garde ceux qu’elle a."),
        "breadcrumbs": [(_("Affectations"), reverse("place-list")), (_("Par secteur"), "")],
        "lines": sector_lines(principal),
        "members": [each for each in services.members(principal) if each.role.reach == "assigned"],
    }  # fmt: skip
    return render(request, "people_places/sectors.html", context)


@require_POST
@requires(PERMISSION)
@fresh_second_factor
def sector_give(request: HttpRequest) -> HttpResponse:
    """Give the sites of one sector of one agency (`agence` empty: of none) to a member."""
    agency, person = request.POST.get("agence", ""), request.POST.get("personne", "")
    if not person.isdecimal() or not (agency.isdecimal() or not agency):
        messages.error(request, _("Choisissez une personne."))
        return redirect("sector-list")
    try:
        with transaction.atomic():
            count = give_sector(
                principal_of(request),
                int(agency) if agency else None,
                request.POST.get("secteur", ""),
                int(person),
            )
    except PlaceError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%(n)s site ajouté.", "%(n)s sites ajoutés.", count)
        messages.success(request, text % {"n": count})
    return redirect("sector-list")
