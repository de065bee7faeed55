"""The forms that a file can have: a literal table. Each writer gets what was gathered and the facts of the receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sharing.extracts.gathering import Gathered
from sharing.extracts.writing.geojson import write_geojson
from sharing.extracts.writing.geopackage import write_geopackage
from sharing.extracts.writing.sheets import write_sheets
from sharing.extracts.writing.texts import write_texts
from sharing.receipts.facts import Facts


@dataclass(frozen=True)
class Form:
    """A form of file."""

    label: str | Promise
    suffix: str
    media_type: str
    write: Callable[[Gathered, Facts], bytes]


FORMS: Final[dict[str, Form]] = {
    "xlsx": Form(_("Classeur Excel (XLSX)"), "xlsx",
                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_sheets),
    "csv": Form(_("CSV (une archive, un fichier par table)"), "zip", "application/zip", write_texts),
    "gpkg": Form(_("GeoPackage (EPSG:2154), pour QGIS"), "gpkg", "application/geopackage+sqlite3", write_geopackage),
    "geojson": Form(_("GeoJSON (EPSG:4326)"), "geojson", "application/geo+json", write_geojson),
}  # fmt: skip
