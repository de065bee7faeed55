"""The pages of the places: who works where, who stands in for whom."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.models import Membership
from accounts.step_up import fresh_second_factor
from tenants.people import services
from tenants.people.forms import AgenciesForm, SitesForm, StandInForm
from tenants.people.services import PERMISSION, PlaceError

LATEST = 20


@require_GET
@requires(PERMISSION)
def place_list(request: HttpRequest) -> HttpResponse:
    """Every member whose reach is by agency or by site, and where she works."""
    principal = principal_of(request)
    rows = [
        (
            each,
            services.agencies_of(each) if each.role.reach == "agency" else services.sites_of(each),
        )
        for each in services.members(principal)
    ]
    context = {
        "heading": _("Affectations"),
        "lead": _(
            "Qui voit et cote quels sites. Tout changement vaut dès la page suivante de la personne."
        ),
        "rows": rows,
        "changes": services.changes(principal)[:LATEST],
    }
    return render(request, "people_places/list.html", context)


def _member(request: HttpRequest, pk: int) -> Membership:
    try:
        return services.member(principal_of(request), pk)
    except PlaceError as error:
        raise Http404(str(error)) from error


@require_http_methods(["GET", "POST"])
@requires(PERMISSION)
@fresh_second_factor
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a member to agencies, or give her sites, as her role asks."""
    principal = principal_of(request)
    member = _member(request, pk)
    data = request.POST or None
    form: AgenciesForm | SitesForm
    if member.role.reach == "agency":
        held = {"agencies": services.agencies_of(member)}
        form = AgenciesForm(data, initial=held, offered=services.agencies(principal))
    else:
        codes = sorted(site.code for site in services.sites_of(member))
        form = SitesForm(data, initial={"codes": "\n".join(codes)}, principal=principal)
    if request.method == "POST" and form.is_valid():
        if member.role.reach == "agency":
            services.set_agencies(principal, member, form.cleaned_data["agencies"])
        else:
            services.set_sites(principal, member, form.cleaned_data["codes"])
        messages.success(request, _("Affectation enregistrée."))
        return redirect("place-list")
    context = {
        "heading": member.user.display_name,
        "lead": member.role.label,
        "breadcrumbs": [(_("Affectations"), reverse("place-list")), (str(member.user), "")],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "people_places/edit.html", context, status=status)


@require_GET
@requires("sites.read")
def stand_in_list(request: HttpRequest) -> HttpResponse:
    """The stand-ins: all of them for who manages them, one's own for everybody else."""
    return _stand_ins(request)


def _stand_ins(request: HttpRequest, form: StandInForm | None = None) -> HttpResponse:
    principal = principal_of(request)
    manages = principal.may(PERMISSION)
    found = list(services.stand_ins(principal))
    context = {
        "heading": _("Remplacements"),
        "lead": _(
            "Pendant une absence, une autre personne voit et cote aussi les sites de l’absente."
        ),
        "running": [each for each in found if not each.is_over],
        "over": [each for each in found if each.is_over][:LATEST],
        "form": (form or StandInForm(offered=services.members(principal))) if manages else None,
        "own_membership": principal.membership_id,
        "manages": manages,
    }
    status = 422 if form is not None else 200
    return render(request, "people_places/stand_ins.html", context, status=status)


@require_POST
@requires(PERMISSION)
@fresh_second_factor
def stand_in_new(request: HttpRequest) -> HttpResponse:
    """Lend a member's places to another one."""
    principal = principal_of(request)
    form = StandInForm(request.POST, offered=services.members(principal))
    if not form.is_valid():
        return _stand_ins(request, form)
    try:
        services.lend(principal, **form.cleaned_data)
    except PlaceError as error:
        form.add_error(None, str(error))
        return _stand_ins(request, form)
    messages.success(request, _("Remplacement enregistré."))
    return redirect("stand-in-list")


@require_POST
@requires("sites.read")
def stand_in_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a stand-in now."""
    try:
        services.end(principal_of(request), pk)
    except PlaceError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Remplacement terminé : il ne vaut plus dès maintenant."))
    return redirect("stand-in-list")
