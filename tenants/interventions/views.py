"""Interventions: the list, the form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from tenants.access import interventions, sites
from tenants.access import site as site_through_door
from tenants.interventions.forms import InterventionForm
from tenants.interventions.models import Intervention
from tenants.interventions.services import FIELDS, save_intervention

REFUSED = 422


@require_GET
@requires("sites.read")
def intervention_list(request: HttpRequest) -> HttpResponse:
    """The interventions within reach, the newest first."""
    principal = principal_of(request)
    rows = interventions(principal).select_related("lever")
    status = request.GET.get("etat", "")
    if status in Intervention.Status.values:
        rows = rows.filter(status=status)
    rows = rows.annotate(site_count=Count("site_links", distinct=True))
    page = Paginator(rows.order_by("-starts_on", "-pk"), 50).get_page(request.GET.get("page"))
    context = {
        "heading": _("Interventions"),
        "lead": _("Ce qui est prévu, en cours et fait sur les sites, par levier."),
        "page": page,
        "statuses": Intervention.Status.choices,
        "status": status,
        "may_write": principal.may("interventions.write"),
        "may_measure": principal.may("incidents.read"),
    }
    return render(request, "interventions/intervention_list.html", context)


def _site_choices(principal: Principal) -> list[tuple[str, str]]:
    rows = sites(principal).order_by("commune_name", "name")
    return [
        (str(key), f"{name} – {commune}" if commune else name)
        for key, name, commune in rows.values_list("key", "name", "commune_name")
    ]


@require_http_methods(["GET", "POST"])
@requires("interventions.write")
def intervention_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Plan an intervention from the card of a site."""
    principal = principal_of(request)
    site = site_through_door(principal, key)
    initial = {
        "starts_on": timezone.localdate(),
        "status": Intervention.Status.PLANNED,
        "sites": [str(site.key)],
        "lever": request.GET.get("levier", ""),
    }
    form = InterventionForm(_site_choices(principal), request.POST or None, initial=initial)
    context = {
        "heading": _("Nouvelle intervention"),
        "lead": site.name,
        "breadcrumbs": [
            (_("Sites"), reverse("site-list")),
            (site.name, reverse("site-detail", kwargs={"key": site.key})),
            (_("Nouvelle intervention"), ""),
        ],
        "back": reverse("site-detail", kwargs={"key": site.key}),
    }
    return _answer(request, form, context, None)


@require_http_methods(["GET", "POST"])
@requires("interventions.write")
def intervention_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change an intervention that touches a site within reach."""
    principal = principal_of(request)
    intervention = get_object_or_404(interventions(principal).select_related("lever"), key=key)
    linked = intervention.site_links.values_list("site__key", flat=True)
    initial = {name: getattr(intervention, name) for name in FIELDS}
    initial |= {"lever": intervention.lever.code, "sites": [str(each) for each in linked]}
    form = InterventionForm(_site_choices(principal), request.POST or None, initial=initial)
    context = {
        "heading": intervention.title,
        "breadcrumbs": [
            (_("Interventions"), reverse("intervention-list")),
            (intervention.title, ""),
        ],
        "back": reverse("intervention-list"),
        "announced": intervention.key if principal.may("interventions.announce") else None,
    }
    return _answer(request, form, context, intervention)


def _answer(
    request: HttpRequest,
    form: InterventionForm,
    context: dict[str, Any],
    intervention: Intervention | None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        save_intervention(principal_of(request), form.cleaned_data, intervention)
        messages.success(request, _("L’intervention est enregistrée."))
        return redirect(context["back"])
    status = REFUSED if form.errors else 200
    return render(
        request, "interventions/intervention_form.html", context | {"form": form}, status=status
    )
