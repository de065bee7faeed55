"""The forms of a report beside its page and its PDF: a literal table. Each writer gets what the reader reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sharing.receipts.facts import Facts
from sharing.reports.content import ReportContent
from sharing.reports.files.document import write_document
from sharing.reports.files.layers import write_layers
from sharing.reports.files.summary import write_summary
from sharing.reports.files.workbook import write_workbook


@dataclass(frozen=True)
class Form:
    """A form of file. `write` gets the content, the reader's name and the facts of the receipt."""

    label: str | Promise
    use: str | Promise
    suffix: str
    media_type: str
    write: Callable[[ReportContent, str, Facts], bytes]


FORMS: Final[dict[str, Form]] = {
    "short": Form(_("Synthèse de deux pages (PDF)"), _("à imprimer pour une réunion"), "pdf", "application/pdf",
                  write_summary),
    "xlsx": Form(_("Classeur Excel (XLSX)"), _("chiffres, méthode, dictionnaire"), "xlsx",
                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_workbook),
    "gpkg": Form(_("GeoPackage"), _("contours et chiffres pour QGIS, EPSG:2154 et 4326"), "gpkg",
                 "application/geopackage+sqlite3", write_layers),
    "json": Form(_("JSON"), _("pour vos outils"), "json", "application/json", write_document),
}  # fmt: skip
