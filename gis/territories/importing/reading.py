"""Start the child process on a file and word what it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gis.territories.importing.errors import ImportRefusedError

FILE_ERRORS: dict[str, str] = {
    "empty_file": gettext_noop("Le fichier est vide. Téléchargez-le à nouveau puis recommencez."),
    "wrong_format": gettext_noop(
        "Ce fichier n’est ni un GeoJSON ni un GeoPackage. Exportez le contour dans l’un de ces "
        "deux formats (dans QGIS : « Exporter » puis « Sauvegarder les entités sous »)."
    ),
    "broken_json": gettext_noop(
        "Ce GeoJSON est illisible : le texte est coupé ou mal formé. Téléchargez-le à nouveau."
    ),
    "not_a_collection": gettext_noop(
        "Ce fichier JSON n’est pas une collection d’entités GeoJSON (« FeatureCollection »). "
        "Vérifiez qu’il s’agit bien du fichier de contours."
    ),
    "crs_refused": gettext_noop(
        "Le système de coordonnées du fichier n’est pas reconnu. Exportez-le en WGS 84 (EPSG:4326) "
        "ou en Lambert-93 (EPSG:2154)."
    ),
    "one_layer": gettext_noop(
        "Le GeoPackage doit contenir une seule couche d’entités. Exportez la couche voulue dans un "
        "fichier à part."
    ),
    "geopackage_view": gettext_noop(
        "Le GeoPackage contient des vues ou des colonnes calculées, refusées par sécurité. "
        "Exportez la couche voulue dans un nouveau fichier."
    ),
    "broken_geopackage": gettext_noop(
        "Ce GeoPackage est illisible ou endommagé. Téléchargez-le ou exportez-le à nouveau."
    ),
    "drivers_open": gettext_noop(
        "La lecture des GeoPackage n’est pas sûre sur cette installation et a été refusée. "
        "Prévenez l’exploitant de la plateforme, ou fournissez un GeoJSON."
    ),
    "too_heavy": gettext_noop(
        "Le fichier demande trop de mémoire. Découpez-le, par exemple par département."
    ),
    "too_long": gettext_noop(
        "La lecture du fichier a pris trop de temps et a été arrêtée. Découpez-le, par exemple par "
        "département, ou simplifiez les contours."
    ),
    "crashed": gettext_noop(
        "La lecture du fichier s’est arrêtée de façon anormale. Le fichier est endommagé ou trop "
        "lourd : exportez-le à nouveau, de préférence en GeoJSON et découpé par département."
    ),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child process may use."""

    memory_bytes: int = 3 << 30
    cpu_seconds: int = 120
    wall_seconds: float = 180.0


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as the child hands it over; `wkb_hex` is a MultiPolygon in EPSG:2154 or None."""

    row: int
    properties: dict[str, Any]
    wkb_hex: str | None
    reason: str
    repaired: bool
    area_before: float
    area_after: float


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """A file read in full: its CRS, its columns, its features in order."""

    crs: str
    fields: list[str]
    features: list[Feature]


@cache
def drivers_to_skip() -> str:
    """Every GDAL driver but GeoPackage's, in the form of the variable GDAL_SKIP."""
    import pyogrio

    return ",".join(name for name in pyogrio.list_drivers() if name != "GPKG")


def environment() -> dict[str, str]:
    """What the child sees: no secret of ours, one driver, one thread, no way out to the network."""
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "GDAL_SKIP": drivers_to_skip(),
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_PROXY": nowhere,
        "GDAL_NUM_THREADS": "1",
        "PROJ_NETWORK": "OFF",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }


def refuse(code: str) -> ImportRefusedError:
    """The error that says what is wrong with the file and what to do."""
    return ImportRefusedError(_(FILE_ERRORS[code]))


def check_path(path: Path) -> None:
    """Refuse what is not a regular file of a bearable size. Raises ImportRefusedError."""
    if not path.is_file():
        raise ImportRefusedError(
            _("Le fichier %(path)s n’existe pas. Vérifiez son emplacement.") % {"path": path}
        )
    size, most = path.stat().st_size, int(settings.ORSEN_IMPORT_MAX_BYTES)
    if size > most:
        raise ImportRefusedError(
            _(
                "Le fichier pèse %(size)d Mo, plus que la limite de %(most)d Mo. Découpez-le, par "
                "exemple par département."
            )
            % {"size": size // 2**20, "most": most // 2**20}
        )


def read_features(path: Path, limits: Limits | None = None) -> FeatureFile:
    """Read a GeoJSON or a GeoPackage in a child process.

    Raises ImportRefusedError with what to do.
    """
    limits = limits or Limits()
    check_path(path)
    command = [
        *(sys.executable, "-I", "-m", "gis.territories.importing.child"),
        *(str(path.absolute()), str(limits.memory_bytes), str(limits.cpu_seconds)),
    ]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter, no shell, a checked path
            command,
            env=environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse("too_long") from error
    return decode(done)


def decode(done: subprocess.CompletedProcess[bytes]) -> FeatureFile:
    """What the child wrote.

    Raises ImportRefusedError when it refused the file or did not finish.
    """
    if done.returncode in (-24, -9):  # SIGXCPU, then SIGKILL at the hard limit
        raise refuse("too_long")
    if done.returncode:
        memory = b"MemoryError" in done.stderr or b"bad_alloc" in done.stderr
        raise refuse("too_heavy" if memory else "crashed")
    lines = done.stdout.splitlines()
    head = orjson.loads(lines[0])
    if "error" in head:
        raise refuse(head["error"])
    features = [
        Feature(
            number,
            line["p"],
            line["g"],
            line["reason"],
            line["repaired"],
            line["before"],
            line["after"],
        )
        for number, line in enumerate(map(orjson.loads, lines[1:]), start=1)
    ]
    if len(features) != head["count"]:
        raise refuse("crashed")
    return FeatureFile(head["crs"], head["fields"], features)
