"""Who, beyond the usual reach, may see and rate one site."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import fresh_second_factor
from tenants.access import door, grants
from tenants.access.forms import GrantForm
from tenants.access.grants import GrantError


@require_http_methods(["GET", "POST"])
@requires("sites.assign")
@fresh_second_factor
def site_grants(request: HttpRequest, key: UUID) -> HttpResponse:
    """The grants on a site, and the form that gives one."""
    principal = principal_of(request)
    site = door.site(principal, key)
    form = GrantForm(request.POST or None, candidates=grants.candidates(principal))
    if request.method == "POST" and form.is_valid():
        try:
            grants.grant(principal, site, **form.cleaned_data)
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Droit donné. Il vaut dès maintenant."))
            return redirect("site-grants", key=key)
    context = {
        "heading": _("Droits exceptionnels"),
        "lead": _("Un site confié à un collègue pour un temps, en plus de son périmètre habituel."),
        "breadcrumbs": [(_("Sites"), "/sites/"), (site.name, ""), (_("Droits exceptionnels"), "")],
        "site": site,
        "form": form,
        "grants": grants.grants_on(principal, site),
    }
    return render(request, "access/site_grants.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("sites.assign")
def site_grant_end(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """End a grant."""
    principal = principal_of(request)
    if grants.revoke(principal, door.site(principal, key), pk):
        messages.success(request, _("Droit retiré."))
    else:
        messages.info(request, _("Ce droit avait déjà pris fin."))
    return redirect("site-grants", key=key)
