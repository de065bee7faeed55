"""Profiles on their pages: the list, one profile with its losses and its marks to change, a campaign written out."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from uuid import UUID

import xlsxwriter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from tenants.access import campaigns
from tenants.barometers import services
from tenants.barometers.definition import DEGREES, EXAMPLE, BadDefinitionError, losses
from tenants.barometers.models import Barometer
from tenants.campaigns.grids import read_grid
from tenants.campaigns.models import Campaign
from tenants.campaigns.services.launching import current_grid
from tenants.imports.changes.showing import XLSX
from tenants.imports.exports import safe_cell

MOST_BYTES = 200_000
REFUSED = 422


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def barometer_list(request: HttpRequest) -> HttpResponse:
    """The landlord's profiles; sending the form takes the example, or a file, as a new one."""
    principal, error = principal_of(request), ""
    if request.method == "POST":
        try:
            kept = services.keep(principal, _sent(request))
        except BadDefinitionError as refused:
            error = str(refused)
        else:
            messages.success(request, _("Le profil est enregistré."))
            return redirect("barometer", pk=kept.pk)
    context = {
        "heading": _("Baromètres"),
        "lead": _(
            "Les notes d’un autre outil, lues dans la grille commune, et rendues dans les siennes."
        ),
        "breadcrumbs": [(_("Imports"), reverse("stock-import-list")), (_("Baromètres"), "")],
        "profiles": services.latest(),
        "error": error,
    }
    return render(request, "barometers/list.html", context, status=REFUSED if error else 200)


def _sent(request: HttpRequest) -> Any:
    """The definition that was sent, or the example. Raises BadDefinitionError."""
    file = request.FILES.get("file")
    if file is None:
        return EXAMPLE
    if (file.size or 0) > MOST_BYTES:
        raise BadDefinitionError(_("Ce fichier est trop gros pour un profil."))
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as broken:
        raise BadDefinitionError(_("Ce fichier n’est pas du JSON lisible.")) from broken


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def barometer(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what each mark stands for, what is lost; sending the form makes the next version."""
    principal = principal_of(request)
    profile, error = services.barometer_of(principal, pk), ""
    if request.method == "POST":
        try:
            kept = services.keep(principal, _changed(profile, request.POST), profile.code)
        except BadDefinitionError as refused:
            error = str(refused)
        else:
            messages.success(request, _("Une nouvelle version du profil est enregistrée."))
            return redirect("barometer", pk=kept.pk)
    definition = profile.definition
    criteria = [(each.code, each.label) for each in read_grid(current_grid()).criteria]
    context = {
        "heading": definition["title"],
        "lead": _("Version %(version)s") % {"version": profile.version},
        "breadcrumbs": [
            (_("Baromètres"), reverse("barometer-list")),
            (definition["title"], ""),
        ],
        "profile": profile,
        "parts": _parts(definition),
        "equivalents": [("", _("sans équivalent")), *criteria],
        "degrees": DEGREES,
        "losses": losses(definition),
        "campaigns": campaigns(principal).exclude(state=Campaign.State.DRAFT)[:20],
        "versions": services.barometers(principal).filter(code=profile.code),
        "error": error,
    }
    return render(request, "barometers/detail.html", context, status=REFUSED if error else 200)


def _parts(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """The level, then each criterion, with the names of its inputs."""
    level = definition["level"] | {"label": _("Niveau"), "equivalent": None}
    return [
        part
        | {
            "name": f"critere-{number}",
            # PostgreSQL keeps the members of an object in an order of its own: shown from the quietest.
            "marks": sorted(
                (
                    (f"note-{number}-{index}", mark, value)
                    for index, (mark, value) in enumerate(part["marks"].items())
                ),
                key=lambda each: each[2],
            ),
        }
        for number, part in enumerate([level, *definition["criteria"]])
    ]


def _changed(profile: Barometer, posted: QueryDict) -> dict[str, Any]:
    """The definition with the answers of the form in it; what was not answered stays."""
    definition: dict[str, Any] = json.loads(json.dumps(profile.definition))
    definition["title"] = posted.get("title", definition["title"])
    for number, part in enumerate([definition["level"], *definition["criteria"]]):
        for index, mark in enumerate(part["marks"]):
            said = posted.get(f"note-{number}-{index}", "")
            if said.isdecimal():
                part["marks"][mark] = int(said)
        if number and f"critere-{number}" in posted:
            part["equivalent"] = posted[f"critere-{number}"]
    return definition


@require_GET
@requires("campaigns.manage")
def barometer_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The definition as a file, to be changed elsewhere or kept."""
    profile = services.barometer_of(principal_of(request), pk)
    body = json.dumps(profile.definition, ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json")
    response["Content-Disposition"] = (
        f'attachment; filename="{profile.code}-v{profile.version}.json"'
    )
    return response


@require_GET
@requires("campaigns.manage")
def barometer_output(request: HttpRequest, pk: int, key: UUID, extension: str) -> HttpResponse:
    """A campaign in the tool's own marks, as a spreadsheet that runs nothing."""
    principal = principal_of(request)
    profile = services.barometer_of(principal, pk)
    campaign = campaigns(principal).exclude(state=Campaign.State.DRAFT).filter(key=key).first()
    if campaign is None or extension not in {"csv", "xlsx"}:
        raise Http404(_("Cette campagne n’existe pas, ou n’est pas de votre organisme."))
    rows = services.written_out(campaign, profile.definition)
    body = _csv(rows) if extension == "csv" else _xlsx(rows)
    response = HttpResponse(
        body, content_type="text/csv; charset=utf-8" if extension == "csv" else XLSX
    )
    response["Content-Disposition"] = (
        f'attachment; filename="{profile.code}-{campaign.key}.{extension}"'
    )
    return response


def _csv(rows: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Any) -> bytes:
    body = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(body, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return body.getvalue()
