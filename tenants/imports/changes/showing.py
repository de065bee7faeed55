"""A dry run on its page and in its spreadsheet; the landlord's answers to its proposals."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import xlsxwriter
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tenants.imports.models import FileImport, ImportLine, RowIssue
from tenants.imports.stock import fates

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES_A_PAGE: Final = 50


def outcome(request: HttpRequest, file_import: FileImport) -> dict[str, Any]:
    """The effects by kind, a page of those asked for, and the proposals with the answers that each allows."""
    counted = dict(file_import.lines.order_by().values_list("action").annotate(Count("pk")))
    rejected = file_import.issues.filter(severity=RowIssue.Severity.REJECTED).count()
    action = request.GET.get("effet", "")
    lines = file_import.lines.all()
    if action in ImportLine.Action.values:
        lines = lines.filter(action=action)
    return {
        "effects": [
            (value, label, counted.get(value, 0)) for value, label in ImportLine.Action.choices
        ],
        "rejected": rejected,
        "effect": action,
        "lines": Paginator(lines, LINES_A_PAGE).get_page(
            1 if "suite" in request.GET else request.GET.get("page")
        ),
        "proposals": [
            each
            | {"text": proposal_text(each), "answers": answers_to(each), "field": f"site-{number}"}
            for number, each in enumerate(file_import.report.get("proposals", []))
        ],
        "may_undo": file_import.state == FileImport.State.APPLIED and file_import.changes.exists(),
    }


def proposal_text(proposal: Mapping[str, Any]) -> str:
    """What may have become of an absent site, and what says so."""
    names = ", ".join(
        f"{name} ({code})" for name, code in zip(proposal["names"], proposal["into"], strict=True)
    )
    texts = {
        "gone": _("Aucune de ses adresses n’est dans le fichier : vendu ou démoli ?"),
        fates.RENAMED: _("Ses adresses sont dans le fichier sous un nouveau code : %(names)s."),
        fates.MERGED: _(
            "Ses adresses sont dans le fichier avec celles d’un autre site : %(names)s."
        ),
        "split": _(
            "Ses adresses sont réparties dans le fichier entre plusieurs sites : %(names)s."
        ),
    }
    return texts[proposal["kind"]] % {"names": names}


def answers_to(proposal: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The decisions that a proposal allows; the first leaves the site as it is."""
    answers = [(fates.KEPT, _("laisser tel quel"))]
    if proposal["kind"] in {fates.RENAMED, "split"} and proposal["into"]:
        answers += [
            (
                f"{fates.RENAMED}:{code}",
                _("continuer sous le code %(code)s, avec son histoire") % {"code": code},
            )
            for code in proposal["into"]
        ]
    if proposal["kind"] in {fates.MERGED, "split"}:
        answers.append((fates.MERGED, _("fusionné ou divisé : clore ce site")))
    return [*answers, (fates.SOLD, _("vendu")), (fates.DEMOLISHED, _("démoli"))]


def decisions_of(file_import: FileImport, posted: Mapping[str, Any]) -> dict[str, str]:
    """What the landlord chose, by the code of the site; only answers that were offered."""
    decisions = {}
    for number, proposal in enumerate(file_import.report.get("proposals", [])):
        chosen = str(posted.get(f"site-{number}", ""))
        if chosen and chosen in dict(answers_to(proposal)):
            decisions[proposal["code"]] = chosen
    return decisions


def outcome_as_xlsx(file_import: FileImport) -> bytes:
    """Every effect and every rejected row. Cells are texts: a spreadsheet runs none of them."""
    body = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(body, options)
    bold = book.add_format({"bold": True})
    sheets: list[tuple[str, list[str], Iterator[list[Any]]]] = [
        (
            _("Effets"),
            [_("Effet"), _("Objet"), _("Détail")],
            (
                [each.get_action_display(), each.subject, each.detail]
                for each in file_import.lines.iterator(2_000)
            ),
        ),
        (
            _("Lignes rejetées"),
            [_("Ligne"), _("Colonne"), _("Valeur"), _("Motif")],
            (
                [each.line, each.column, each.value, each.reason]
                for each in file_import.issues.filter(severity=RowIssue.Severity.REJECTED).iterator(
                    2_000
                )
            ),
        ),
    ]
    for name, head, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 34)
        sheet.write_row(0, 0, head, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, str(value))
    book.close()
    return body.getvalue()
