"""Start the child process on a table, word its refusals, and hand its rows over as they come."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.confining import environment

FILE_ERRORS: dict[str, str] = {
    "empty_file": gettext_noop(
        "Le fichier est vide. Vérifiez l’export de votre logiciel, puis déposez-le à nouveau."
    ),
    "header_only": gettext_noop(
        "Le fichier n’a qu’un en-tête, aucune ligne. Vérifiez l’export de votre logiciel, puis déposez-le à nouveau."
    ),
    "wrong_format": gettext_noop(
        "Ce fichier n’est pas un tableau. Enregistrez-le en CSV, en XLSX (Excel), en ODS (LibreOffice), en GeoPackage, "
        "en GeoJSON ou en Shapefile dans un zip, puis déposez-le à nouveau."
    ),
    "old_workbook": gettext_noop(
        "Ce classeur est d’un ancien format (.xls) ou protégé par un mot de passe. Ouvrez-le et enregistrez-le en "
        ".xlsx sans mot de passe, puis déposez-le à nouveau."
    ),
    "broken_workbook": gettext_noop(
        "Ce classeur est endommagé. Ouvrez-le dans votre tableur, enregistrez-le à nouveau et déposez la copie."
    ),
    "locked_archive": gettext_noop(
        "Cette archive est protégée par un mot de passe. Enregistrez-la sans mot de passe, puis déposez-la à nouveau."
    ),
    "archive_outside": gettext_noop(
        "Cette archive contient un lien, ou un fichier rangé hors de son dossier : elle est refusée par prudence. "
        "Recréez le zip avec les seuls fichiers de la couche."
    ),
    "broken_json": gettext_noop(
        "Ce GeoJSON est illisible : le texte est coupé ou mal formé. Exportez-le à nouveau."
    ),
    "not_a_collection": gettext_noop(
        "Ce fichier JSON n’est pas une collection d’entités GeoJSON (« FeatureCollection »). Exportez la couche en "
        "GeoJSON depuis votre SIG."
    ),
    "geopackage_view": gettext_noop(
        "Le GeoPackage contient des vues ou des colonnes calculées, refusées par sécurité. Exportez la couche voulue "
        "dans un nouveau fichier."
    ),
    "broken_geopackage": gettext_noop(
        "Ce GeoPackage est illisible ou endommagé. Exportez-le à nouveau depuis votre SIG."
    ),
    "shapefile_incomplete": gettext_noop(
        "Le Shapefile est incomplet : mettez dans le zip les fichiers .shp, .dbf et .prj de la couche."
    ),
    "broken_shapefile": gettext_noop(
        "Ce Shapefile est illisible ou endommagé. Exportez-le à nouveau, ou préférez un GeoPackage."
    ),
    "too_many_columns": gettext_noop(
        "Le fichier a plus de 2 000 colonnes : ce n’est pas un tableau de travail. Gardez les colonnes utiles, puis "
        "déposez-le à nouveau."
    ),
    "broken_csv": gettext_noop(
        "Ce CSV est mal formé (un guillemet n’est sans doute pas refermé). Exportez-le à nouveau, ou enregistrez-le "
        "en XLSX."
    ),
    "one_column": gettext_noop(
        "Le fichier n’a qu’une colonne, ou ses colonnes ne sont séparées ni par « ; », ni par « , », ni par une "
        "tabulation. Exportez-le en CSV avec « ; » comme séparateur, ou en XLSX."
    ),
    "no_header": gettext_noop(
        "La ligne des noms de colonnes est introuvable. Ajoutez en tête du tableau une ligne qui nomme chaque "
        "colonne, puis déposez-le à nouveau."
    ),
    "unpacks_too_big": gettext_noop(
        "Ce classeur, une fois décompressé, est bien plus gros qu’un tableau ordinaire : il est refusé par "
        "prudence. Enregistrez-le en CSV, puis déposez-le à nouveau."
    ),
    "too_heavy": gettext_noop(
        "La lecture du fichier demande trop de mémoire. Enregistrez-le en CSV, ou découpez-le par agence ou par "
        "département."
    ),
    "too_long": gettext_noop(
        "La lecture du fichier a pris trop de temps et a été arrêtée. Enregistrez-le en CSV, ou découpez-le par "
        "agence ou par département."
    ),
    "crashed": gettext_noop(
        "La lecture du fichier s’est arrêtée de façon anormale : il est endommagé ou trop lourd. Enregistrez-le en "
        "CSV, puis déposez-le à nouveau."
    ),
}
DECIMAL = re.compile(r"[+-]?\d+([.,])\d+")
FREE_BYTES = 20 << 20
MOST_LINE = 64 << 20  # bytes of one answer of the child


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child process may use: 1 GB of memory; 20 s of processor and by the clock up to 20 MB."""

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 20
    wall_seconds: float = 20.0

    @classmethod
    def of_size(cls, size: int) -> Limits:
        """For a file of that many bytes: one second more for each MB beyond 20."""
        seconds = 20 + max(0, size - FREE_BYTES) // 2**20
        return cls(cpu_seconds=seconds, wall_seconds=float(seconds))

    @classmethod
    def in_a_request(cls, size: int) -> Limits:
        """While somebody waits for a page: 8 s, one more for each MB, 18 at most."""
        seconds = min(8 + size // 2**20, 18)
        return cls(cpu_seconds=seconds, wall_seconds=float(seconds))


@dataclass(frozen=True, slots=True)
class TableHead:
    """What was recognised of a table. `header_line` counts from 1; `sample` holds its first filled rows."""

    format: str
    columns: list[str]
    header_line: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    crs: str = ""
    sample: list[list[str]] = field(default_factory=list)

    @property
    def decimal(self) -> str:
        """The decimal sign that most numbers of the sample have, « , » or « . »; empty without decimals."""
        cells = [cell.strip() for row in self.sample for cell in row]
        signs = Counter(found[1] for cell in cells if (found := DECIMAL.fullmatch(cell)))
        return max(signs, key=lambda sign: signs[sign], default="")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file and its kept cells; None for cells when it is longer than the header."""

    line: int
    cells: list[str] | None


def refuse(code: str) -> ImportRefusedError:
    """The error that says what is wrong with the file and what to do."""
    return ImportRefusedError(_(FILE_ERRORS[code]))


def check_size(size: int) -> None:
    """Refuse a file above ORSEN_IMPORT_MAX_BYTES. Raises ImportRefusedError."""
    most = int(settings.ORSEN_IMPORT_MAX_BYTES)
    if size > most:
        raise ImportRefusedError(
            _(
                "Le fichier pèse %(size)d Mo, plus que la limite de %(most)d Mo. Découpez-le par agence ou par "
                "département."
            )
            % {"size": size // 2**20, "most": most // 2**20}
        )


def read_head(path: Path, limits: Limits | None = None) -> TableHead:
    """Recognise a table and read its first rows. Raises ImportRefusedError with what to do."""
    with _child(path, {"mode": "sample"}, limits) as lines:
        about = next(lines)
        sample = next(lines)["sample"]
        _finish(lines)
    return TableHead(**about, sample=sample)


def read_rows(
    path: Path, head: TableHead, keep: list[int], limits: Limits | None = None
) -> Iterator[Row]:
    """The filled rows under the header, their kept columns only, as the child reads them.

    Raises ImportRefusedError when the file cannot be read to its end.
    """
    asked = {"mode": "rows", "keep": keep, "sheet": head.sheet}
    with _child(path, asked, limits) as lines:
        next(lines)
        total = 0
        for chunk in lines:
            if "end" in chunk:
                if chunk["end"] != total:
                    raise refuse("crashed")
                return
            total += len(chunk["lines"])
            for line, cells in zip(chunk["lines"], chunk["rows"], strict=True):
                yield Row(line, cells)
    raise refuse("crashed")


def line_count(path: Path, head: TableHead) -> int:
    """How many lines a text table has under its header, to show how far the reading is; 0 for a workbook."""
    if head.format != "csv":
        return 0
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) or 1


def _finish(lines: Iterator[dict[str, Any]]) -> None:
    for line in lines:
        if "end" in line:
            return
    raise refuse("crashed")


@contextmanager
def _child(
    path: Path, asked: dict[str, Any], limits: Limits | None
) -> Iterator[Iterator[dict[str, Any]]]:
    """A child process on the file, killed at the end whatever happens; gives its lines."""
    if not path.is_file():
        raise ImportRefusedError(
            _("Le fichier %(path)s n’existe pas. Vérifiez son emplacement.") % {"path": path}
        )
    size = path.stat().st_size
    check_size(size)
    limits = limits or Limits.of_size(size)
    arguments = asked | {"memory": limits.memory_bytes, "cpu": limits.cpu_seconds}
    command = [
        sys.executable,
        "-I",
        "-m",
        "tenants.imports.tables.child",
        orjson.dumps(arguments).decode(),
    ]
    with path.open("rb") as file:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter, no shell, the file as standard input
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
    timer = threading.Timer(limits.wall_seconds, process.kill)
    timer.start()
    try:
        yield _lines(process)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    if process.stdout is None or process.stderr is None:  # never: both are pipes
        raise refuse("crashed")
    while line := process.stdout.readline(MOST_LINE):
        if len(line) == MOST_LINE:
            raise refuse("too_heavy")
        if not line.endswith(b"\n"):
            break  # the child was stopped in the middle of a line
        answer = orjson.loads(line)
        if "error" in answer:
            raise refuse(answer["error"])
        yield answer
        if "end" in answer:
            return
    errors = process.stderr.read()
    code = process.wait()
    if code in (-24, -9):  # SIGXCPU, then SIGKILL at the hard limit or by the clock
        raise refuse("too_long")
    memory = b"MemoryError" in errors or b"memory allocation" in errors or code == -6
    raise refuse("too_heavy" if memory else "crashed")
