"""XLSX: one sheet a table, headings in the reader's language. Text cells are typed as text: nothing runs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from sharing.extracts.gathering import Gathered
from sharing.extracts.writing.dictionary_rows import DICTIONARY, dictionary_rows
from sharing.receipts.facts import Facts
from tenants.imports.exports import safe_cell

WIDEST = 48


@contextmanager
def book() -> Iterator[tuple[Any, io.BytesIO]]:
    """A workbook that takes every text as text, and where its bytes are once it is left."""
    body = io.BytesIO()
    options = {"in_memory": True} | dict.fromkeys(
        ("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False
    )
    made = xlsxwriter.Workbook(body, options)
    yield made, body
    made.close()


def write_sheets(gathered: Gathered, facts: Facts) -> bytes:
    """The workbook."""
    with book() as (made, body):
        for table, columns, rows in gathered.tables:
            add_sheet(made, str(table.label), [str(each.label) for each in columns], rows)
        add_sheet(made, _("Dictionnaire"), DICTIONARY, dictionary_rows(gathered))
        add_sheet(made, _("Reçu"), (_("Fait"), _("Valeur")), facts.rows())
    return body.getvalue()


def add_sheet(made: Any, name: str, head: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """One table; a name of more than 31 characters is cut, as spreadsheets want."""
    sheet = made.add_worksheet(name[:31])
    bold = made.add_format({"bold": True, "bottom": 1})
    day = made.add_format({"num_format": "dd/mm/yyyy"})
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
