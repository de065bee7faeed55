"""Pages of territories: what is loaded, and the custom ones that coordinators add."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gate import requires
from gis.territories.custom.services import (
    Added,
    CustomTerritoryError,
    compose_custom,
    import_custom,
)
from gis.territories.forms import ComposeForm, OutlineForm
from gis.territories.importing.errors import ImportRefusedError
from gis.territories.models import Territory, TerritoryKind
from gis.territories.outline import outlines

PER_PAGE = 20
REFUSED = 422


@requires("territories.edit")
@require_safe
def territory_list(request: HttpRequest) -> HttpResponse:
    """Custom territories, and how many official ones are loaded by kind and vintage."""
    custom = (
        Territory.objects.filter(kind=TerritoryKind.CUSTOM)
        .defer("geom")
        .order_by("name", "-vintage")
    )
    page = Paginator(custom, PER_PAGE).get_page(request.GET.get("page"))
    drawings = outlines(territory.pk for territory in page)
    return render(
        request,
        "territories/list.html",
        {
            "heading": _("Territoires"),
            "page": page,
            "rows": [(territory, drawings[territory.pk]) for territory in page],
            "loaded": loaded(),
        },
    )


def loaded() -> list[dict[str, Any]]:
    """Official territories by kind and vintage: label, vintage, total, départements, repaired outlines."""
    labels = dict(TerritoryKind.choices)
    order = list(labels)
    rows = (
        Territory.objects.exclude(kind=TerritoryKind.CUSTOM)
        .order_by()
        .values("kind", "vintage")
        .annotate(
            total=Count("id"),
            departements=Count("departement_code", distinct=True),
            repaired=Count("id", filter=Q(repaired=True)),
        )
    )
    by_kind = sorted(rows, key=lambda row: (order.index(row["kind"]), -row["vintage"]))
    return [
        dict(row) | {"label": labels[row["kind"]], "vintage": str(row["vintage"])}
        for row in by_kind
    ]


def crumbs(label: str) -> list[tuple[str, str]]:
    """Where a page below the list stands."""
    return [(_("Territoires"), reverse("territory-list")), (label, "")]


@requires("territories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def territory_create(request: HttpRequest) -> HttpResponse:
    """Compose a territory of whole communes."""
    communes = Territory.objects.current(TerritoryKind.COMMUNE).order_by()
    departements = sorted(set(communes.values_list("departement_code", flat=True)))
    chosen = request.GET.get("departement", "")
    if chosen not in departements:
        chosen = departements[0] if departements else ""
    choices = list(
        communes.filter(departement_code=chosen).order_by("name").values_list("code", "name")
    )
    form = ComposeForm(choices, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            territory = compose_custom(form.cleaned_data["name"], form.commune_codes())
        except CustomTerritoryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Le territoire « %(name)s » est créé.") % {"name": territory.name}
            )
            return redirect("territory-list")
    context = {
        "heading": _("Composer un territoire"),
        "breadcrumbs": crumbs(_("Composer")),
        "form": form,
        "chosen": chosen,
        "departements": departement_names(departements),
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "territories/compose.html", context, status=status)


def departement_names(departements: list[str]) -> list[tuple[str, str]]:
    """Codes with their names where the départements are loaded."""
    current = Territory.objects.current(TerritoryKind.DEPARTEMENT).order_by()
    names = dict(current.filter(code__in=departements).values_list("code", "name"))
    return [(code, f"{code} – {names[code]}" if code in names else code) for code in departements]


@requires("territories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def territory_upload(request: HttpRequest) -> HttpResponse:
    """Bring outlines in from a file."""
    form = OutlineForm(request.POST or None, request.FILES or None)
    added: Added | None = None
    if request.method == "POST" and form.is_valid():
        try:
            added = read_upload(form.cleaned_data["file"])
        except ImportRefusedError as error:
            for line in str(error).splitlines():
                form.add_error("file", line)
        else:
            messages.success(
                request,
                _("%(count)d territoires ajoutés.") % {"count": len(added.ids)}
                if len(added.ids) > 1
                else _("Un territoire ajouté."),
            )
            if not added.report.details():
                return redirect("territory-list")
    context = {
        "heading": _("Importer un contour"),
        "breadcrumbs": crumbs(_("Importer")),
        "form": form,
        "details": added.report.details() if added else [],
    }
    status = REFUSED if request.method == "POST" and added is None else 200
    return render(request, "territories/upload.html", context, status=status)


def read_upload(upload: UploadedFile[Any]) -> Added:
    """Hand the upload to the importer as a file of its own. Raises ImportRefusedError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contours"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return import_custom(path, filename=upload.name or _("fichier"))
