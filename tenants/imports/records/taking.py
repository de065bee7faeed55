"""Read the rows of a file one by one, give each to the taker of its kind, count what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.cleaning.dates import read_date
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.counting import RowCounts
from tenants.imports.layouts.mapping import unused
from tenants.imports.records.people import IN_AN_IDENTIFIER, hidden_columns, looks_like_a_person
from tenants.imports.records.report import RecordReport
from tenants.imports.records.sites import Row
from tenants.imports.running import PROGRESS_EVERY, ImportRun
from tenants.imports.tables.reading import TableHead, line_count, read_head, read_rows

IDENTIFIERS: Final = frozenset(["source_id"])


class Taker(Protocol):
    """What a kind of import does with its rows. Made and used in the landlord's scope."""

    # Fields whose text is dropped rather than its row refused when it looks like a person.
    droppable: frozenset[str]
    # Fields that only find a row, or are compared with what is known: names of streets and residences are there.
    unchecked: frozenset[str]

    def take(self, row: Row, notes: list[Note]) -> None:
        """Take one row in. Raises RejectedRowError with the reason; repairs and doubts go to `notes`."""

    def finish(self, report: RecordReport) -> None:
        """Write what was taken, and tell it."""


def run_records(
    run: ImportRun,
    make_taker: Callable[[ImportRun], Taker],
    hide: Callable[[TableHead], frozenset[str]] = hidden_columns,
) -> tuple[RecordReport, RowCounts]:
    """Take a file in: one transaction, the caller's, in the landlord's scope. Raises ImportRefusedError."""
    started = time.monotonic()
    head = read_head(run.path)
    hidden = hide(head)
    fields = [name for name, column in run.mapping.columns.items() if column not in hidden]
    report = RecordReport(
        file=run.file_import.file_name,
        layout=run.mapping.layout,
        recognised={
            "format": head.format, "encoding": head.encoding, "delimiter": head.delimiter, "sheet": head.sheet,
            "header_line": head.header_line, "columns": len(head.columns),
        },
        mapping={name: run.mapping.columns[name] for name in fields},
        dropped_columns=[name for name in head.columns if name in hidden],
        unused_columns=[name for name in unused(run.mapping, head.columns) if name not in hidden],
    )  # fmt: skip
    taker, counts, total = make_taker(run), RowCounts(), line_count(run.path, head)
    keep = [head.columns.index(run.mapping.columns[name]) for name in fields]
    for line in read_rows(run.path, head, keep):
        _take(taker, counts, report.mapping, fields, line.line, line.cells)
        if counts.read % PROGRESS_EVERY == 0:
            run.progress(counts.read, total, _("Lecture des lignes"))
    if not counts.read:
        raise ImportRefusedError(
            _("Le fichier n’a aucune ligne sous l’en-tête. Vérifiez l’export de votre logiciel.")
        )
    run.progress(counts.read, total, _("Enregistrement"))
    taker.finish(report)
    report.count_rows(counts)
    report.seconds = round(time.monotonic() - started, 1)
    return report, counts


def _take(
    taker: Taker, counts: RowCounts, columns: Mapping[str, str], fields: list[str], line: int, cells: list[str] | None
) -> None:  # fmt: skip
    notes: list[Note] = []
    if cells is None:
        counts.reject(line, "", Note("shifted_row", "", ""))
        return
    try:
        row = {name: cell.strip() for name, cell in zip(fields, cells, strict=True)}
        _without_persons(row, notes, taker)
        taker.take(row, notes)
    except RejectedRowError as rejected:
        counts.reject(line, columns.get(rejected.note.field, ""), rejected.note)
    else:
        counts.attach(line, dict(columns), notes)


def _without_persons(row: Row, notes: list[Note], taker: Taker) -> None:
    """Refuse a row that looks like a person; the cell itself is never kept, not even in the remark."""
    for name, text in row.items():
        if name in taker.unchecked or not text or read_date(text)[0] is not None:
            continue
        rules = IN_AN_IDENTIFIER if name in IDENTIFIERS else None
        if looks_like_a_person(text, rules) if rules else looks_like_a_person(text):
            if name not in taker.droppable:
                raise RejectedRowError(Note("person", name, ""))
            notes.append(Note("text_dropped", name, ""))
            row[name] = ""
