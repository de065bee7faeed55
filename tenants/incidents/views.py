"""Facts: the entry from the card of a site, the list with its filters."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from tenants.access import agencies, incidents
from tenants.access import site as site_through_door
from tenants.incidents.forms import IncidentForm
from tenants.incidents.nomenclature import FAMILIES
from tenants.incidents.services import record_incident

PERIODS = {"30": 30, "90": 90, "365": 365}
REFUSED = 422


@require_GET
@requires("incidents.read")
def incident_list(request: HttpRequest) -> HttpResponse:
    """The facts within reach, the newest first."""
    principal = principal_of(request)
    rows = incidents(principal).select_related("site", "site__agency")
    family, agency = request.GET.get("famille", ""), request.GET.get("agence", "")
    period, text = request.GET.get("periode", ""), request.GET.get("q", "").strip()[:80]
    if family in dict(FAMILIES):
        rows = rows.filter(family=family)
    if agency:
        rows = rows.filter(site__agency__code=agency)
    if period in PERIODS:
        since = timezone.localdate() - dt.timedelta(days=PERIODS[period])
        rows = rows.filter(occurred_on__gt=since)
    if text:
        rows = rows.filter(site__name__icontains=text)
    page = Paginator(rows.order_by("-occurred_on", "-pk"), 50).get_page(request.GET.get("page"))
    context = {
        "heading": _("Faits"),
        "lead": _("Constatés sur les sites, classés selon la nomenclature de la plateforme."),
        "page": page,
        "families": FAMILIES,
        "agencies": list(agencies(principal).values_list("code", "name")),
        "chosen": {"famille": family, "agence": agency, "periode": period, "q": text},
        "is_filtered": bool(family or agency or period or text),
    }
    return render(request, "incidents/incident_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("incidents.write")
def incident_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enter a fact on a site."""
    site = site_through_door(principal_of(request), key)
    form = IncidentForm(request.POST or None, initial={"occurred_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        record_incident(principal_of(request), site, form.values())
        messages.success(request, _("Le fait est enregistré."))
        if "again" in request.POST:
            return redirect("incident-create", key=site.key)
        return redirect("site-detail", key=site.key)
    context = {
        "heading": _("Saisir un fait"),
        "lead": site.name,
        "breadcrumbs": [
            (_("Sites"), reverse("site-list")),
            (site.name, reverse("site-detail", kwargs={"key": site.key})),
            (_("Saisir un fait"), ""),
        ],
        "site": site,
        "form": form,
    }
    status = REFUSED if form.errors else 200
    return render(request, "incidents/incident_form.html", context, status=status)
