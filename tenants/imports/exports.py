"""Remarks on rows as a spreadsheet file that runs nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tenants.imports.models import RowIssue

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula (CWE-1236)."""
    if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS[:4]):
        return f"'{text}"
    return text


def issues_as_csv(issues: Iterable[RowIssue]) -> bytes:
    """CSV with `;` and a byte order mark, as French spreadsheets open it without asking."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Ligne"), _("Suite"), _("Colonne"), _("Valeur"), _("Motif")])
    for issue in issues:
        writer.writerow(
            [
                issue.line,
                issue.get_severity_display(),
                safe_cell(issue.column),
                safe_cell(issue.value),
                safe_cell(issue.reason),
            ]
        )
    return text.getvalue().encode("utf-8-sig")
