"""Lines of a national file, cleaned into the rows that COPY takes, by as many processes as there are processors.

What a process is given is a span of bytes; what it gives back is text of bounded size. It never talks to the database.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Final

from gis.territories.codes import BadCodeError, commune_of, departement_of_commune
from tenants.imports.cleaning.notes import RejectedRowError
from tenants.imports.cleaning.streets import match_key
from tenants.imports.stock.communes import CommuneBook
from tenants.imports.stock.rows import RowReader, StockRow
from tenants.reference.streaming import LineCounts, NationalFile, counted_lines

COLUMNS: Final = (
    "match_key", "number", "street", "postcode", "commune_code", "arrondissement_code", "commune_name",
    "departement_code", "construction_year", "iris_code", "qpv_code", "x", "y", "quality", "dwellings",
)  # fmt: skip
SPAN_BYTES: Final = 32 << 20  # a smaller file is not worth a second process
MOST_PROCESSES: Final = 2  # beside the one that talks to the database; each takes some 120 MB
_UNSAFE: Final = re.compile(r"[\\\t\n\r\0]")


@dataclass(slots=True)
class Part:
    """What one span of a file became: rows for COPY, and what was counted on the way."""

    rows: str = ""
    read: int = 0
    attached: int = 0
    bytes_read: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def cleaned(file: NationalFile) -> Iterator[Part]:
    """The whole file, part by part, in no order."""
    size = file.path.stat().st_size
    spans = [(start, min(start + SPAN_BYTES, size)) for start in range(0, size, SPAN_BYTES)]
    processes = min(len(spans), MOST_PROCESSES, len(os.sched_getaffinity(0)))
    if processes < 2:
        yield from (clean_span(file, *span) for span in spans)
        return
    # Forked: what this process has loaded is shared. Its connections stay its own, no child touches one.
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(_clean, [(file, *span) for span in spans])


def _clean(work: tuple[NationalFile, int, int]) -> Part:
    return clean_span(*work)


def clean_span(file: NationalFile, start: int, stop: int) -> Part:
    """The lines that begin in a span of bytes."""
    reader, counts, part = RowReader(file.fields, CommuneBook()), LineCounts(), Part()
    rows: list[str] = []
    for batch in counted_lines(file, counts, start, stop):
        for cells, dwellings in batch:
            try:
                row, _one = reader.read(cells)
            except RejectedRowError as refused:
                part.rejected[refused.note.code] += dwellings
            else:
                rows.append(line_of(row, dwellings))
                part.attached += dwellings
    if counts.shifted:
        part.rejected["shifted_row"] += counts.shifted
    part.rows, part.read, part.bytes_read = "".join(rows), counts.read, counts.bytes_read
    return part


def line_of(row: StockRow, dwellings: int) -> str:
    """A row as COPY reads it, in the order of COLUMNS."""
    commune = commune_of(row.commune_code)
    try:
        departement = departement_of_commune(commune)
    except BadCodeError:
        departement = ""
    # The key holds the whole commune: a landlord's file may say Paris or its arrondissement.
    key = match_key(commune or row.postcode, row.address.number, row.address.street)
    texts: tuple[str, ...] = (
        key, row.address.number, row.address.street, row.postcode, commune,
        row.commune_code if commune != row.commune_code else "", row.commune_name, departement,
    )  # fmt: skip
    if _UNSAFE.search("".join(texts)):
        texts = tuple(map(_plain, texts))
    at, year = row.position, row.year
    where = f"{at.x}\t{at.y}" if at else "\\N\t\\N"
    return "\t".join(
        (*texts, r"\N" if year is None else str(year), row.iris_code, row.qpv_code, where, row.quality, f"{dwellings}\n")
    )  # fmt: skip


def _plain(text: str) -> str:
    """One line without what COPY reads otherwise."""
    return re.sub(r"[\t\n\r]", " ", text).replace("\\", r"\\").replace("\0", "")
