"""CSV: one file a table in an archive, with the dictionary and the receipt. UTF-8, semicolon, points in numbers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from sharing.extracts.gathering import Gathered
from sharing.extracts.writing.dictionary_rows import DICTIONARY, dictionary_rows
from sharing.receipts.facts import Facts
from tenants.imports.exports import safe_cell


def write_texts(gathered: Gathered, facts: Facts) -> bytes:
    """The archive."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, columns, rows in gathered.tables:
            archive.writestr(f"{table.name}.csv", csv_of([each.name for each in columns], rows))
        archive.writestr("dictionnaire.csv", csv_of(DICTIONARY, dictionary_rows(gathered)))
        archive.writestr("recu.csv", csv_of(["fait", "valeur"], facts.rows()))
    return body.getvalue()


def csv_of(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """One table."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([safe_cell(str(each)) if _is_text(each) else each for each in row])
    return text.getvalue().encode("utf-8-sig")


def _is_text(value: Any) -> bool:
    """Numbers and dates are written as they are: a longitude west of Greenwich is no formula."""
    return value is not None and not isinstance(value, (int, float)) and not hasattr(value, "isoformat")  # fmt: skip
