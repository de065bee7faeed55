"""The page of the geocoding: launch, counts, the doubtful ones, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.gis.db.models.functions import Transform
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from gis.territories.importing.errors import ImportRefusedError
from tenants.geocoding import client, services
from tenants.geocoding.models import BanAddress, GeocodedAddress
from tenants.imports.models import FileImport
from tenants.jobs.models import Job
from tenants.jobs.views import progress_context
from tenants.stock.models import Address

SHOWN: Final = 20


class PlaceForm(forms.Form):
    """A position by hand, in degrees."""

    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-60, max_value=60)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)


@dataclass(frozen=True)
class Doubt:
    """One answer to decide, with the address as the landlord writes it and the fields to place it by hand."""

    kept: GeocodedAddress
    address: Address
    same: int
    form: PlaceForm


@requires("stock.import")
@require_http_methods(["GET", "POST"])
def geocoding(request: HttpRequest) -> HttpResponse:
    """What lacks a position, and what was found; sending the form asks for a geocoding."""
    principal = principal_of(request)
    if request.method == "POST":
        try:
            services.start(principal, send="send" in request.POST)
        except ImportRefusedError as refused:
            messages.error(request, str(refused))
        return redirect("geocoding")
    undecided = services.undecided(principal).annotate(degrees=Transform("geom", 4326))
    page = Paginator(undecided, SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "heading": _("Géocodage"),
        "lead": _("Donner une position aux adresses qui n’en ont pas."),
        "breadcrumbs": [(_("Sites"), reverse("site-list")), (_("Géocodage"), "")],
        "counts": services.counts(principal),
        "has_ban": BanAddress.objects.exists(),
        "host": client.host(),
        "page": page,
        "doubts": _doubts(principal, page),
        "runs": [
            (each, each.state == FileImport.State.APPLIED and each.changes.exists())
            for each in services.runs_of(principal).select_related("created_by")[:SHOWN]
        ],
    }
    job = services.last_job(principal)
    context["is_running"] = job is not None and job.is_open
    if job is not None and job.state != Job.State.DONE:
        context |= progress_context(request, job)
    return render(request, "geocoding/page.html", context)


def _doubts(principal: Principal, page: Page[Any]) -> list[Doubt]:
    lacking: dict[str, list[Address]] = {}
    found = services.waiting(principal).filter(match_key__in=[each.match_key for each in page])
    for address in found.select_related("site").order_by("pk"):
        lacking.setdefault(address.match_key, []).append(address)
    doubts = []
    for kept in page:
        same, at = lacking[kept.match_key], getattr(kept, "degrees", None)
        initial = {"latitude": round(at.y, 6), "longitude": round(at.x, 6)} if at else {}
        doubts.append(
            Doubt(kept, same[0], len(same), PlaceForm(initial=initial, prefix=str(kept.pk)))
        )
    return doubts


@requires("stock.import")
@require_POST
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept the answer, place the address by hand, or leave it."""
    principal = principal_of(request)
    kept = services.undecided_one(principal, key)
    try:
        match request.POST.get("decision"):
            case "accept":
                services.accept(principal, kept)
            case "leave":
                services.leave(kept)
            case _:
                services.place(principal, kept, *_posted_place(request, kept))
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    return redirect("geocoding")


def _posted_place(request: HttpRequest, kept: GeocodedAddress) -> tuple[float, float]:
    form = PlaceForm(request.POST, prefix=str(kept.pk))
    if not form.is_valid():
        raise ImportRefusedError(
            _("Écrivez une latitude et une longitude en degrés, par exemple 48,856614 et 2,352222.")
        )
    return form.cleaned_data["longitude"], form.cleaned_data["latitude"]


@requires("stock.import")
@require_POST
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the positions of a geocoding, or of a placing, back."""
    principal = principal_of(request)
    run = services.run_of(principal, key)
    try:
        number = services.undo_run(principal, run)
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext(
            "%(n)d ligne remise comme avant.", "%(n)d lignes remises comme avant.", number
        )
        messages.success(request, text % {"n": number})
    return redirect("geocoding")
