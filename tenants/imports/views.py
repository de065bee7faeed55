"""Bring a file in: send it, say what its columns hold, follow the import, read its coverage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from gis.territories.importing.errors import ImportRefusedError
from tenants.imports import services
from tenants.imports.changes.showing import XLSX, decisions_of, outcome, outcome_as_xlsx
from tenants.imports.cleaning.notes import REASONS
from tenants.imports.exports import issues_as_csv
from tenants.imports.forms import (
    ColumnTwiceError,
    UploadForm,
    column_choices,
    field_groups,
    posted_mapping,
)
from tenants.imports.kinds import KINDS, STOCK, ImportKind, kind_of
from tenants.imports.layouts.known import GENERIC, LABELS
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.models import FileImport, RowIssue
from tenants.imports.records.asking import said_of, words_of
from tenants.imports.records.destination import DestinationForm
from tenants.imports.records.prefilled import KIND as PREFILLED
from tenants.imports.stock.report import coverage_labels
from tenants.imports.tables.reading import TableHead
from tenants.jobs.views import progress_context

IMPORTS_A_PAGE = 25
ISSUES_A_PAGE = 50
REFUSED = 422
TAGS = {
    "uploaded": "info", "running": "brand", "tried": "info", "applied": "ok", "failed": "danger", "undone": "neutral",
}  # fmt: skip
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16", "cp1252": "Windows-1252",
    "iso-8859-1": "ISO-8859-1",
}  # fmt: skip

FILE_KINDS = {
    "workbook": "XLSX / ODS", "geopackage": "GeoPackage", "geojson": "GeoJSON", "shapefile": "Shapefile",
}  # fmt: skip


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Imports"), reverse("stock-import-list")), *last]


@requires("stock.import")
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """The imports of the landlord, latest first."""
    kinds = services.allowed_kinds(principal_of(request))
    found = services.imports_of(principal_of(request)).select_related("created_by")
    chosen = next((kind for kind in kinds if kind.slug == request.GET.get("contenu")), None)
    if chosen is not None:
        found = found.filter(kind=chosen.code)
    page = Paginator(found, IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    lines = [(each, TAGS[each.state], KINDS[each.kind].label) for each in page]
    return render(
        request,
        "imports/list.html",
        {
            "heading": _("Imports"),
            "lead": _(
                "Votre patrimoine, vos faits, vos cotations et vos interventions, tels que vos fichiers les donnent."
            ),
            "kinds": kinds,
            "may_profile": principal_of(request).may("campaigns.manage"),
            "chosen": chosen,
            "page": page,
            "lines": lines,
        },
    )


@requires("stock.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send a file; a refused one is not kept."""
    sent = request.method == "POST"
    kinds = services.allowed_kinds(principal_of(request))
    asked = next((kind.code for kind in kinds if kind.slug == request.GET.get("contenu")), STOCK)
    if sent:
        # Without a word about the content it is the stock, as ever.
        form = UploadForm(kinds, {"kind": asked} | request.POST.dict(), request.FILES)
    else:
        form = UploadForm(kinds, initial={"kind": asked})
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            received = services.receive(
                principal_of(request),
                file,
                file.name,
                source=form.cleaned_data["source"],
                kind=form.cleaned_data["kind"],
            )
        except ImportRefusedError as refused:
            form.add_error("file", str(refused))
        else:
            if received.kind == PREFILLED:  # nothing is to be chosen
                services.start(principal_of(request), received, services.mapping_of(received))
                return redirect("stock-import-detail", received.key)
            return redirect("stock-import-columns", received.key)
    return render(
        request,
        "imports/upload.html",
        {
            "heading": _("Importer un fichier"),
            "breadcrumbs": _crumbs((_("Importer un fichier"), "")),
            "form": form,
        },
        status=REFUSED if form.errors else 200,
    )


@requires("stock.import")
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was recognised, and what each column holds; sending it starts the import."""
    principal = principal_of(request)
    received = services.import_of(principal, key)
    if not may_change(principal, received):
        return redirect("stock-import-detail", received.key)
    mapping, error = services.mapping_of(received), ""
    try:
        head = services.head_of(received)
    except ImportRefusedError as refused:  # no column to choose from
        messages.error(request, str(refused))
        return redirect("stock-import-detail", received.key)
    kind = kind_of(received.kind)
    options = options_form(kind, received, request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST":
            mapping = posted_mapping(head, mapping, request.POST, kind)
            if options is None or options.is_valid():
                if options is not None:
                    received.options = options.options()
                services.start(principal, received, mapping)
                return redirect("stock-import-detail", received.key)
            error = _("Complétez ce qui est demandé de la campagne.")
    except ColumnTwiceError as twice:
        error = str(twice)
        mapping = Mapping(GENERIC, mapping.columns)
    except ImportRefusedError as refused:
        error = str(refused)
    return render(
        request,
        "imports/columns.html",
        {
            "heading": received.file_name,
            "breadcrumbs": _crumbs((received.file_name, "")),
            "import": received,
            "head": head,
            "kind": kind,
            "options": options,
            "recognised": recognised(head, mapping),
            "choices": column_choices(head, mapping, kind.hidden(head)),
            "groups": field_groups(kind.fields),
            "before": services.same_file_before(principal, received),
            "error": error,
        },
        status=REFUSED if error else 200,
    )


def options_form(
    kind: ImportKind, received: FileImport, posted: QueryDict | None
) -> DestinationForm | None:
    """What the kind asks beside the columns, if anything."""
    if kind.options_form is None:
        return None
    said = received.options
    initial = said | {"name": said.get("name", received.file_name.rsplit(".", 1)[0])}
    return kind.options_form(posted, initial=initial)


def may_change(principal: Principal, received: FileImport) -> bool:
    """Whether its columns can still be chosen: not applied, and no worker on it."""
    if received.state in {
        FileImport.State.UPLOADED,
        FileImport.State.TRIED,
        FileImport.State.FAILED,
    }:
        return True
    job = services.job_of_import(principal, received)
    return received.state == FileImport.State.RUNNING and job is not None and not job.is_open


def recognised(head: TableHead, mapping: Mapping) -> list[tuple[str, str]]:
    """What was recognised of the file, as label and value."""
    delimiters = {"\t": _("tabulation")}
    facts = [(_("Format"), str(LABELS.get(mapping.layout, mapping.layout)))]
    if head.format != "csv":
        facts.append((_("Fichier"), FILE_KINDS[head.format]))
    if head.sheet:
        facts.append((_("Feuille ou couche"), head.sheet))
    if head.encoding:
        facts.append((_("Encodage"), ENCODINGS.get(head.encoding, head.encoding)))
    if head.delimiter:
        shown = delimiters.get(head.delimiter, _("« %(text)s »") % {"text": head.delimiter})
        facts.append((_("Séparateur"), shown))
    if head.decimal:
        facts.append((_("Décimales"), _("virgule") if head.decimal == "," else _("point")))
    if head.crs:
        facts.append((_("Coordonnées"), f"EPSG:{head.crs}" if head.crs.isdigit() else head.crs))
    return [
        *facts,
        (_("Ligne des noms de colonnes"), str(head.header_line)),
        (_("Colonnes"), str(len(head.columns))),
    ]


@requires("stock.import")
@require_GET
def detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where the import stands: its progress, the reason of its refusal, or its coverage."""
    principal = principal_of(request)
    received = services.import_of(principal, key)
    if received.state == FileImport.State.UPLOADED:
        return redirect("stock-import-columns", received.key)
    context: dict[str, Any] = {
        "heading": received.file_name,
        "breadcrumbs": _crumbs((received.file_name, "")),
        "import": received,
        "tag": TAGS[received.state],
        "kind": kind_of(received.kind),
        "is_stock": received.kind == STOCK,
        "may_change": may_change(principal, received),
    }
    job = services.job_of_import(principal, received)
    if received.state == FileImport.State.RUNNING and job is not None:
        context |= progress_context(request, job)
    if received.state in {FileImport.State.APPLIED, FileImport.State.TRIED}:
        context |= _remarks(request, received) | outcome(request, received)
        if received.kind == STOCK:
            context |= _coverage(received)
        else:
            context["words"] = words_of(received)
    return render(request, "imports/detail.html", context)


def _coverage(received: FileImport) -> dict[str, Any]:
    report = received.report
    labels = coverage_labels()
    shares = {f"{name}_with_geometry": share for name, share in report["with_geometry"].items()}
    shares |= {f"in_{name}": share for name, share in report["placed"].items()}
    return {
        "shares": [(label, shares[name]) for name, label in labels.items() if name in shares],
        "layout_label": LABELS.get(received.layout, received.layout),
        "sites_url": _url_or_nothing("site-list"),
    }


def _remarks(request: HttpRequest, received: FileImport) -> dict[str, Any]:
    report, labels = received.report, kind_of(received.kind).labels
    severity = request.GET.get("suite", "")
    issues = received.issues.all()
    if severity in RowIssue.Severity.values:
        issues = issues.filter(severity=severity)
    return {
        "report": report,
        "reasons": [
            reason
            | {
                "text": _(REASONS[reason["code"]][1]),
                "label": RowIssue.Severity(reason["severity"]).label,
            }
            for reason in report["reasons"]
            if reason["code"] in REASONS
        ],
        "mapping": [
            (labels.get(field, field), column) for field, column in report["mapping"].items()
        ],
        "severities": RowIssue.Severity.choices,
        "severity": severity,
        "issues": Paginator(issues, ISSUES_A_PAGE).get_page(
            request.GET.get("page") if "suite" in request.GET else 1
        ),
        "asked_remarks": "suite" in request.GET,
    }


def _url_or_nothing(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@requires("stock.import")
@require_GET
def issues_csv(request: HttpRequest, key: UUID) -> HttpResponse:
    """The remarks on rows, to be corrected at the source."""
    received = services.import_of(principal_of(request), key)
    response = HttpResponse(
        issues_as_csv(received.issues.iterator(2_000)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="remarques-{received.key}.csv"'
    return response


@requires("stock.import")
@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Apply what the dry run showed, with what was decided on its proposals."""
    principal = principal_of(request)
    received = services.import_of(principal, key)
    try:
        services.confirm(principal, received, decisions_of(received, request.POST))
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    return redirect("stock-import-detail", received.key)


@requires("stock.import")
@require_POST
def words(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what the words of the source stand for, and try again."""
    principal = principal_of(request)
    received = services.import_of(principal, key)
    try:
        services.try_again(principal, received, said_of(received, request.POST))
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    return redirect("stock-import-detail", received.key)


@requires("stock.import")
@require_POST
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an applied import back."""
    principal = principal_of(request)
    received = services.import_of(principal, key)
    try:
        number = services.undo_import(principal, received)
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            ngettext(
                "L’import est annulé : %(count)d ligne est revenue à son état d’avant.",
                "L’import est annulé : %(count)d lignes sont revenues à leur état d’avant.",
                number,
            )
            % {"count": number},
        )
    return redirect("stock-import-detail", received.key)


@requires("stock.import")
@require_GET
def outcome_workbook(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the import does or would do, row by row, as a workbook."""
    received = services.import_of(principal_of(request), key)
    response = HttpResponse(outcome_as_xlsx(received), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="essai-{received.key}.xlsx"'
    return response


@requires("stock.import")
@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back a file that was not applied."""
    principal = principal_of(request)
    received = services.import_of(principal, key)
    if not may_change(principal, received):
        messages.error(
            request, _("Cet import est en cours ou déjà appliqué : il ne peut plus être retiré.")
        )
        return redirect("stock-import-detail", received.key)
    services.withdraw(received)
    messages.success(
        request, _("Le fichier « %(name)s » est retiré.") % {"name": received.file_name}
    )
    return redirect("stock-import-list")
