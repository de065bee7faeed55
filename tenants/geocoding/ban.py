"""Read a file of the national base of addresses (BAN, CSV with semicolons, plain or gzip) into the common table.

Lines are read one by one and copied by the thousand: memory does not grow with the file. The départements that the file
holds replace themselves, in one transaction.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from gis.territories.codes import BadCodeError, departement_of_commune
from gis.territories.importing.errors import ImportRefusedError
from tenants.geocoding.matching import number_key, street_key
from tenants.geocoding.models import BanAddress

TABLE: Final = BanAddress._meta.db_table
NEEDED: Final = (
    "id",
    "numero",
    "rep",
    "nom_voie",
    "code_postal",
    "code_insee",
    "nom_commune",
    "lon",
    "lat",
)
LONGEST_LINE: Final = 20_000  # bytes; those of the base have some 300
BATCH: Final = 5_000
ENTRANCE: Final = "entrée"
COLUMNS: Final = "ban_id, departement_code, street_key, number, street, postcode, commune_name, entrance, x, y, srid"
STAGING: Final = """
CREATE UNLOGGED TABLE ban_staging (ban_id text, departement_code text, street_key text, number text, street text,
  postcode text, commune_name text, entrance boolean, x float8, y float8, srid integer)
"""
GATHER: Final = f"""
INSERT INTO "{TABLE}" (ban_id, departement_code, street_key, number, street, postcode, commune_name, entrance, geom)
SELECT DISTINCT ON (ban_id) ban_id, departement_code, street_key, number, street, postcode, commune_name, entrance,
  CASE WHEN srid = 2154 THEN ST_SetSRID(ST_MakePoint(x, y), 2154)
       ELSE ST_Transform(ST_SetSRID(ST_MakePoint(x, y), srid), 2154) END
FROM ban_staging ORDER BY ban_id, entrance DESC, x, y
"""  # noqa: S608 -- the model's own table
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class BanReport:
    """What came in: lines of the file are addresses."""

    file: str
    read: int = 0
    addresses: int = 0
    departements: dict[str, int] = field(default_factory=dict)
    other_departements: int = 0
    rejected: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def import_ban(
    path: Path, departements: Sequence[str] = (), *, using: str = "owner", progress: Progress = lambda _d, _t: None
) -> BanReport:  # fmt: skip
    """Replace those départements of the base by the file's (all that it holds without a choice).

    Raises ImportRefusedError; then nothing was changed."""
    started, report = time.monotonic(), BanReport(path.name)
    wanted = frozenset(departements)
    try:
        with (
            path.open("rb") as raw,
            transaction.atomic(using=using),
            connections[using].cursor() as cursor,
        ):
            cursor.execute(STAGING)
            packed = raw.peek(2)[:2] == b"\x1f\x8b"
            opened = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
            _copy(cursor, opened, report, wanted, lambda: progress(raw.tell(), path.stat().st_size))
            if not report.departements:
                raise ImportRefusedError(
                    _("Aucune adresse du fichier n’est lisible : rien n’a été changé.")
                )
            cursor.execute(
                f'DELETE FROM "{TABLE}" WHERE departement_code = ANY (%s)',  # noqa: S608
                [list(report.departements)],
            )
            # An address may have changed département by a mistake mended since: its key stays one.
            cursor.execute(f'DELETE FROM "{TABLE}" b USING ban_staging s WHERE b.ban_id = s.ban_id')  # noqa: S608
            cursor.execute(GATHER)
            report.addresses = cursor.rowcount
            cursor.execute("DROP TABLE ban_staging")
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise ImportRefusedError(
            _(
                "Ce fichier n’est pas un fichier lisible de la BAN (CSV en UTF-8, séparé par des points-virgules)."
            )
        ) from error
    report.seconds = round(time.monotonic() - started, 1)
    return report


def _copy(
    cursor: CursorWrapper, stream: IO[bytes], report: BanReport, wanted: frozenset[str], tell: Callable[[], None]
) -> None:  # fmt: skip
    lines = csv.reader(_lines(stream), delimiter=";")
    head = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise ImportRefusedError(
            _("Il manque au fichier des colonnes de la BAN : %(names)s.")
            % {"names": ", ".join(missing)}
        )
    counted: Counter[str] = Counter()
    rows: list[str] = []
    for cells in lines:
        report.read += 1
        row = _row(dict(zip(head, cells, strict=False)))
        if row is None:
            report.rejected += 1
        elif wanted and row[1] not in wanted:
            report.other_departements += 1
        else:
            counted[row[1]] += 1
            rows.append("\t".join(row) + "\n")
        if len(rows) >= BATCH:
            _flush(cursor, rows)
            tell()
    _flush(cursor, rows)
    report.departements = dict(sorted(counted.items()))


def _lines(stream: IO[bytes]) -> Iterator[str]:
    first = True
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ImportRefusedError(
                _("Une ligne du fichier est trop longue : ce n’est pas un fichier de la BAN.")
            )
        yield line.decode("utf-8-sig" if first else "utf-8")
        first = False


def _flush(cursor: CursorWrapper, rows: list[str]) -> None:
    cursor.copy_expert(f"COPY ban_staging ({COLUMNS}) FROM STDIN", io.StringIO("".join(rows)))
    rows.clear()


def _row(cells: dict[str, str]) -> tuple[str, ...] | None:
    """The columns of the staging table; None for a line without a place, a street, a commune or a number."""
    try:
        departement = departement_of_commune(cells["code_insee"])
        x, y, srid = _place(cells, departement)
    except (BadCodeError, KeyError, ValueError):
        return None
    street, identifier = cells["nom_voie"].strip(), cells["id"].strip()
    key, number = (
        street_key(cells["code_insee"], street),
        number_key(f"{cells['numero']} {cells['rep']}".strip()),
    )
    if not key or not number[:1].isdigit() or not identifier or len(identifier) > 40:
        return None
    texts = (
        identifier, departement, key, number, street[:200], cells["code_postal"][:5], cells["nom_commune"][:120],
        "t" if cells.get("type_position") == ENTRANCE else "f",
    )  # fmt: skip
    return (*map(_plain, texts), repr(x), repr(y), str(srid))


def _place(cells: dict[str, str], departement: str) -> tuple[float, float, int]:
    """Overseas, x and y are in the territory's own projection: the degrees are taken. Raises ValueError."""
    if len(departement) == 2 and cells.get("x") and cells.get("y"):
        x, y = float(cells["x"]), float(cells["y"])
        if 0 < x < 1_300_000 and 6_000_000 < y < 7_200_000:
            return x, y, 2154
    x, y = float(cells["lon"]), float(cells["lat"])
    if not (math.isfinite(x) and math.isfinite(y) and -180 <= x <= 180 and -85 <= y <= 85):
        raise ValueError
    return x, y, 4326


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", " ").replace("\0", " ").split())
