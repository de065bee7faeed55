"""Read a national RPLS file into the reference of addresses: one command, one transaction, bounded memory."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from gis.territories.codes import BadCodeError, commune_of, departement_of_commune
from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.cleaning.notes import RejectedRowError
from tenants.imports.cleaning.streets import match_key
from tenants.imports.stock.communes import CommuneBook
from tenants.imports.stock.rows import RowReader, StockRow
from tenants.reference.models import ReferenceAddress
from tenants.reference.streaming import LineCounts, NationalFile, counted_lines, recognise

TABLE: Final = ReferenceAddress._meta.db_table
COLUMNS: Final = (
    "match_key", "number", "street", "postcode", "commune_code", "arrondissement_code", "commune_name",
    "departement_code", "construction_year", "iris_code", "qpv_code", "x", "y", "quality", "dwellings",
)  # fmt: skip
STAGING: Final = """
CREATE UNLOGGED TABLE reference_staging (
  match_key text, number text, street text, postcode text, commune_code text, arrondissement_code text,
  commune_name text, departement_code text, construction_year smallint, iris_code text, qpv_code text,
  x float8, y float8, quality text, dwellings integer
)
"""
# Of the answers that an address gets, the one of most dwellings; its dwellings are all added up.
GATHER: Final = f"""
INSERT INTO "{TABLE}" (vintage, match_key, number, street, postcode, commune_code, arrondissement_code, commune_name,
  departement_code, construction_year, iris_code, qpv_code, geom, quality, dwellings)
SELECT DISTINCT ON (match_key) %s, match_key, number, street, postcode, commune_code, arrondissement_code, commune_name,
  departement_code, construction_year, iris_code, qpv_code, ST_SetSRID(ST_MakePoint(x, y), 2154), quality,
  sum(dwellings) OVER (PARTITION BY match_key)
FROM (
  SELECT match_key, number, street, postcode, commune_code, arrondissement_code, commune_name, departement_code,
    construction_year, iris_code, qpv_code, x, y, quality, sum(dwellings) AS dwellings
  FROM reference_staging GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
) said
ORDER BY match_key, x IS NULL, dwellings DESC, street, construction_year
"""  # noqa: S608 -- the model's own table
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ReferenceReport:
    """What came in: lines are dwellings; shares are of the dwellings attached to an address."""

    file: str
    vintage: int
    layout: str = ""
    encoding: str = ""
    dwellings_read: int = 0
    dwellings_attached: int = 0
    dwellings_rejected: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    addresses: int = 0
    located_share: float = 0.0
    iris_share: float = 0.0
    qpv_share: float = 0.0
    arrondissements: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def import_register(
    path: Path,
    vintage: int,
    *,
    using: str = "owner",
    progress: Progress = lambda _done, _total: None,
) -> ReferenceReport:
    """Replace one vintage of the reference by a file's, as the owner: nobody else makes a table to work in.

    Raises ImportRefusedError; then nothing was changed."""
    started = time.monotonic()
    if not 2000 <= vintage <= 2100:
        raise ImportRefusedError(
            _("Le millésime %(vintage)d n’est pas une année. Donnez par exemple 2025.")
            % {"vintage": vintage}
        )
    file = recognise(path)
    report = ReferenceReport(path.name, vintage, file.layout.code, file.encoding)
    counts = LineCounts()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(STAGING)
        _copy_all(cursor, file, counts, report, progress)
        if not report.dwellings_attached:
            raise ImportRefusedError(
                _("Aucun logement du fichier n’a d’adresse lisible : rien n’a été changé.")
            )
        cursor.execute(f'DELETE FROM "{TABLE}" WHERE vintage = %s', [vintage])  # noqa: S608
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(GATHER, [vintage])
        cursor.execute("DROP TABLE reference_staging")
        _cover(cursor, report)
    report.seconds = round(time.monotonic() - started, 1)
    return report


def _copy_all(
    cursor: CursorWrapper, file: NationalFile, counts: LineCounts, report: ReferenceReport, progress: Progress
) -> None:  # fmt: skip
    reader = RowReader(file.fields, CommuneBook())
    rejected: Counter[str] = Counter()
    size = file.path.stat().st_size
    for batch in counted_lines(file, counts):
        text = io.StringIO()
        for cells, dwellings in batch:
            try:
                row, _one = reader.read(cells)
                text.write(_line(row, dwellings))
            except RejectedRowError as refused:
                rejected[refused.note.code] += dwellings
            else:
                report.dwellings_attached += dwellings
        text.seek(0)
        cursor.copy_expert(f"COPY reference_staging ({', '.join(COLUMNS)}) FROM STDIN", text)
        progress(counts.bytes_read, size)
    if counts.shifted:
        rejected["shifted_row"] += counts.shifted
    report.rejected = dict(rejected.most_common())
    report.dwellings_read, report.dwellings_rejected = counts.read, rejected.total()


def _line(row: StockRow, dwellings: int) -> str:
    commune = commune_of(row.commune_code)
    try:
        departement = departement_of_commune(commune)
    except BadCodeError:
        departement = ""
    # The key holds the whole commune: a landlord's file may say Paris or its arrondissement.
    key = match_key(commune or row.postcode, row.address.number, row.address.street)
    at = row.position
    values = (
        key, row.address.number, row.address.street, row.postcode, commune,
        row.commune_code if commune != row.commune_code else "", row.commune_name, departement, row.year,
        row.iris_code, row.qpv_code, at.x if at else None, at.y if at else None, row.quality, dwellings,
    )  # fmt: skip
    return "\t".join(map(_cell, values)) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return (
            value.replace("\\", r"\\").replace("\t", " ").replace("\n", " ").replace("\r", " ").replace("\0", "")
        )  # fmt: skip
    return str(value)


def _cover(cursor: CursorWrapper, report: ReferenceReport) -> None:
    cursor.execute(
        "SELECT count(*), sum(dwellings) FILTER (WHERE geom IS NOT NULL), sum(dwellings) FILTER (WHERE iris_code <> ''), "  # noqa: S608
        "sum(dwellings) FILTER (WHERE qpv_code <> ''), sum(dwellings) FILTER (WHERE arrondissement_code <> '') "
        f'FROM "{TABLE}" WHERE vintage = %s',
        [report.vintage],
    )
    addresses, located, iris, qpv, arrondissements = cursor.fetchone()
    report.addresses, report.arrondissements = addresses, arrondissements or 0
    for name, number in (("located_share", located), ("iris_share", iris), ("qpv_share", qpv)):
        setattr(report, name, round((number or 0) / report.dwellings_attached, 4))
