"""GeoPackage 1.3 (OGC 12-128r17) written by SQLite: sites as points in EPSG:2154, other tables as attributes.

No driver of GDAL runs in the web server for it; a test lets GDAL read the result.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils import timezone
from pyproj import CRS

from sharing.extracts.gathering import Gathered
from sharing.extracts.writing.dictionary_rows import DICTIONARY, dictionary_rows
from sharing.receipts.facts import Facts

APPLICATION: Final = 0x47504B47  # « GPKG »
VERSION: Final = 10300
LAMBERT_93: Final = 2154
TYPES: Final = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "DATE"}
SCHEMA: Final = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  PRIMARY KEY (table_name, column_name), FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
  FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def write_geopackage(gathered: Gathered, facts: Facts) -> bytes:
    """The whole file."""
    base = sqlite3.connect(":memory:")
    try:
        base.executescript(f"PRAGMA application_id={APPLICATION};PRAGMA user_version={VERSION};{SCHEMA}")  # fmt: skip
        _systems(base)
        for place, (table, columns, rows) in enumerate(gathered.tables):
            fields = [(each.name, TYPES[each.kind]) for each in columns]
            if place == 0:
                _sites(base, table.name, str(table.label), fields, gathered)
            else:
                _attributes(base, table.name, str(table.label), fields, rows)
        heads = [(each, "TEXT") for each in DICTIONARY]
        _attributes(base, "dictionnaire", "dictionnaire", heads, dictionary_rows(gathered))
        _attributes(base, "recu", "recu", [("fait", "TEXT"), ("valeur", "TEXT")], facts.rows())
        base.commit()
        return base.serialize()
    finally:
        base.close()


def _systems(base: sqlite3.Connection) -> None:
    rows = [
        ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
        *((CRS(code).name, code, "EPSG", code, CRS(code).to_wkt("WKT1_GDAL"), None) for code in (4326, LAMBERT_93)),
    ]  # fmt: skip
    base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)


def _sites(
    base: sqlite3.Connection, name: str, label: str, fields: list[tuple[str, str]], gathered: Gathered,
) -> None:  # fmt: skip
    points = [each for each in gathered.points if each is not None]
    extent = (
        (min(x for x, _y in points), min(y for _x, y in points), max(x for x, _y in points), max(y for _x, y in points))
        if points else (None,) * 4
    )  # fmt: skip
    _create(base, name, [("geom", "POINT"), *fields])
    _tell(base, name, "features", label, extent, LAMBERT_93)
    base.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)", (name, LAMBERT_93)
    )
    _fill(
        base, name, len(fields) + 1,
        ([_blob(point), *row] for point, row in zip(gathered.points, gathered.sites, strict=True)),
    )  # fmt: skip


def _attributes(
    base: sqlite3.Connection, name: str, label: str, fields: Sequence[tuple[str, str]], rows: Iterable[Iterable[Any]],
) -> None:  # fmt: skip
    _create(base, name, fields)
    _tell(base, name, "attributes", label, (None,) * 4, None)
    _fill(base, name, len(fields), rows)


def _create(base: sqlite3.Connection, name: str, fields: Sequence[tuple[str, str]]) -> None:
    """Names come from the dictionary, never from a request."""
    columns = ", ".join(f'"{field}" {kind}' for field, kind in fields)
    base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {columns})')  # fmt: skip


def _tell(
    base: sqlite3.Connection, name: str, kind: str, label: str, extent: tuple[float | None, ...], srs: int | None,
) -> None:  # fmt: skip
    now = f"{timezone.now():%Y-%m-%dT%H:%M:%S.000Z}"
    marks = ", ".join("?" * 10)
    base.execute(
        f"INSERT INTO gpkg_contents VALUES ({marks})",  # noqa: S608  # marks alone
        (name, kind, name, label, now, *extent, srs),
    )


def _fill(base: sqlite3.Connection, name: str, width: int, rows: Iterable[Iterable[Any]]) -> None:
    marks = ", ".join("?" * width)
    base.executemany(
        f'INSERT INTO "{name}" VALUES (NULL, {marks})',  # noqa: S608  # marks and a name of the dictionary
        ([_plain(each) for each in row] for row in rows),
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, float, bytes)) else str(value)


def _blob(point: tuple[float, float] | None) -> bytes | None:
    """Header (little endian, no envelope) and WKB."""
    if point is None:
        return None
    return struct.pack("<2sBBi", b"GP", 0, 1, LAMBERT_93) + struct.pack("<BIdd", 1, 1, *point)
