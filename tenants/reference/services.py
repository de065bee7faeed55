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

from gis.territories.importing.errors import ImportRefusedError
from tenants.reference.cleaning import COLUMNS, cleaned
from tenants.reference.models import ReferenceAddress
from tenants.reference.streaming import NationalFile, recognise

TABLE: Final = ReferenceAddress._meta.db_table
# Compared byte by byte: nobody reads the order, and a language's is slow.
STAGING: Final = """
CREATE UNLOGGED TABLE reference_staging (
  match_key text COLLATE "C", number text COLLATE "C", street text COLLATE "C", postcode text COLLATE "C",
  commune_code text COLLATE "C", arrondissement_code text COLLATE "C", commune_name text COLLATE "C",
  departement_code text COLLATE "C", construction_year smallint, iris_code text COLLATE "C", qpv_code text COLLATE "C",
  x float8, y float8, quality text COLLATE "C", dwellings integer
)
"""
# Of the answers that an address gets, the one of most dwellings, the first in the alphabet where two have as many; its
# dwellings are all added up.
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
ORDER BY match_key, x IS NULL, dwellings DESC, street, construction_year, number, postcode, commune_code,
  arrondissement_code, commune_name, iris_code, qpv_code, x, y, quality
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
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(STAGING)
        _copy_all(cursor, file, report, progress)
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
    cursor: CursorWrapper, file: NationalFile, report: ReferenceReport, progress: Progress
) -> None:
    rejected: Counter[str] = Counter()
    size, done = file.path.stat().st_size, 0
    for part in cleaned(file):
        cursor.copy_expert(
            f"COPY reference_staging ({', '.join(COLUMNS)}) FROM STDIN", io.StringIO(part.rows)
        )
        rejected += part.rejected
        report.dwellings_read += part.read
        report.dwellings_attached += part.attached
        done += part.bytes_read
        progress(done, size)
    report.rejected, report.dwellings_rejected = dict(rejected.most_common()), rejected.total()


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
