"""The report as a workbook: territories, the reader's own figures, the method, the dictionary, the receipt."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sharing.extracts.writing.sheets import add_sheet, book
from sharing.receipts.facts import Facts
from sharing.reports import wording
from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.files.rows import (
    WITHHELD,
    ordered,
    own_columns,
    own_values,
    territory_columns,
    territory_values,
)


def write_workbook(content: ReportContent, _reader: str, facts: Facts) -> bytes:
    """The workbook. Text cells are typed as text and quoted: nothing runs."""
    columns, own = territory_columns(), own_columns()
    head = [str(each.label) for each in columns]
    with book() as (made, body):
        add_sheet(made, _("Quartiers"), head, map(_row, content.lines))
        around = [*content.areas, *content.withheld_areas]
        add_sheet(made, _("Communes et départements"), head, map(_row, around))
        if content.own_lines:
            lines = (ordered(own, own_values(line)) for line in content.own_lines)
            add_sheet(made, _("Vos propres chiffres"), [str(each.label) for each in own], lines)
        add_sheet(made, _("Méthode"), (_("Sujet"), _("Texte")), _method(content))
        add_sheet(
            made, _("Dictionnaire"), (_("colonne"), _("nom"), _("sens")),
            ([each.name, str(each.label), str(each.meaning)] for each in columns),
        )  # fmt: skip
        add_sheet(made, _("Reçu"), (_("Fait"), _("Valeur")), facts.rows())
    return body.getvalue()


def _row(line: NeighbourhoodLine) -> list[object]:
    """A withheld figure says so: an empty cell would be read as zero."""
    columns, values = territory_columns(), territory_values(line)
    if values["status"] != WITHHELD:
        return [*ordered(columns, values)]
    return [_("masqué") if each.kind != "text" else values.get(each.name) for each in columns]


def _method(content: ReportContent) -> list[tuple[str, str]]:
    release = content.report.release
    return [
        (_("Source"), wording.source_line(release)),
        (_("Évolution"), wording.comparison_line(release)),
        *wording.method(release),
    ]
