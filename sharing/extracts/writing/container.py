"""A GeoPackage 1.3 (OGC 12-128r17) as SQLite writes it: its own tables, layers of features, tables of attributes.

No driver of GDAL runs in the web server for it; a test lets GDAL read the result.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.utils import timezone
from pyproj import CRS

APPLICATION: Final = 0x47504B47  # « GPKG »
VERSION: Final = 10300
LAMBERT_93: Final = 2154
WGS_84: Final = 4326
Extent = tuple[float | None, float | None, float | None, float | None]
NO_EXTENT: Final[Extent] = (None, None, None, None)
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


@contextmanager
def container() -> Iterator[sqlite3.Connection]:
    """An empty file in memory, with the coordinate systems of a release; `serialize()` gives its bytes."""
    base = sqlite3.connect(":memory:")
    try:
        base.executescript(f"PRAGMA application_id={APPLICATION};PRAGMA user_version={VERSION};{SCHEMA}")  # fmt: skip
        _systems(base)
        yield base
    finally:
        base.close()


def _systems(base: sqlite3.Connection) -> None:
    rows = [
        ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
        *((CRS(code).name, code, "EPSG", code, CRS(code).to_wkt("WKT1_GDAL"), None) for code in (WGS_84, LAMBERT_93)),
    ]  # fmt: skip
    base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)


def features(
    base: sqlite3.Connection, name: str, label: str, kind: str, srs: int, fields: Sequence[tuple[str, str]],
    extent: Extent, rows: Iterable[Iterable[Any]],
) -> None:  # fmt: skip
    """A layer: each row begins with its geometry (a blob of the format, or None). Names are literal, never a request's."""
    _create(base, name, [("geom", kind), *fields])
    _tell(base, name, "features", label, extent, srs)
    base.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, kind, srs)
    )
    _fill(base, name, len(fields) + 1, rows)


def attributes(
    base: sqlite3.Connection, name: str, label: str, fields: Sequence[tuple[str, str]], rows: Iterable[Iterable[Any]],
) -> None:  # fmt: skip
    """A table without geometry."""
    _create(base, name, fields)
    _tell(base, name, "attributes", label, NO_EXTENT, None)
    _fill(base, name, len(fields), rows)


def _create(base: sqlite3.Connection, name: str, fields: Sequence[tuple[str, str]]) -> None:
    """Names come from the dictionary, never from a request."""
    columns = ", ".join(f'"{field}" {kind}' for field, kind in fields)
    base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {columns})')  # fmt: skip


def _tell(
    base: sqlite3.Connection, name: str, kind: str, label: str, extent: Extent, srs: int | None,
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


def header(srs: int) -> bytes:
    """What stands before the WKB of a geometry: little endian, no envelope."""
    return struct.pack("<2sBBi", b"GP", 0, 1, srs)
