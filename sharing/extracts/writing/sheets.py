"""XLSX: one sheet a table, headings in the reader's language. Text cells are typed as text: nothing runs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from sharing.extracts.gathering import Gathered
from sharing.extracts.writing.dictionary_rows import DICTIONARY, dictionary_rows
from sharing.receipts.facts import Facts
from tenants.imports.exports import safe_cell

WIDEST = 48


def write_sheets(gathered: Gathered, facts: Facts) -> bytes:
    """The workbook."""
    body = io.BytesIO()
    options = {"in_memory": True} | dict.fromkeys(
        ("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False
    )
    book = xlsxwriter.Workbook(body, options)
    for table, columns, rows in gathered.tables:
        _sheet(book, str(table.label)[:31], [str(each.label) for each in columns], rows)
    _sheet(book, _("Dictionnaire"), DICTIONARY, dictionary_rows(gathered))
    _sheet(book, _("Reçu"), (_("Fait"), _("Valeur")), facts.rows())
    book.close()
    return body.getvalue()


def _sheet(book: Any, name: str, head: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    widths = [len(each) for each in head]
    sheet.write_row(0, 0, head, bold)
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, (int, float)):
                sheet.write_number(line, place, value)
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(line, place, value, day)
            else:
                # Quoted too: the sheet may be saved as CSV and opened again.
                sheet.write_string(line, place, safe_cell(str(value)))
            widths[place] = max(widths[place], min(len(str(value)), WIDEST))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width + 2)
    sheet.freeze_panes(1, 0)
