"""GeoPackages as rows, read by SQLite from memory. Runs in the child process; imports no Django.

A GeoPackage is a database: views and computed columns run what their author wrote, a recursive one without end. They
are refused before a row is asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, BinaryIO

import shapely

from tenants.imports.tables.features import MOST_FIELDS, Rows, rows_of_features
from tenants.imports.tables.text_files import NotATableError

IDS = (b"GPKG", b"GP10", b"GP11")
MAGIC = b"SQLite format 3\0"
ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the envelope code of a geometry's header


def runs_code(kind: str, sql: str) -> bool:
    """Whether reading this entry of the schema would run something that the file brought along."""
    words = " ".join(sql.upper().split())
    virtual = words.startswith("CREATE VIRTUAL") and " USING RTREE" not in words
    return kind == "view" or virtual


class GeoPackage:
    """A GeoPackage in memory, its schema checked."""

    def __init__(self, file: BinaryIO) -> None:
        """Load it. Raises NotATableError."""
        content = file.read()
        if content[68:72] not in IDS:
            raise NotATableError("wrong_format")
        self._base = sqlite3.connect(":memory:")
        self._base.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            self._base.deserialize(content)
            self._base.execute("PRAGMA trusted_schema=OFF")
            self._base.execute("PRAGMA temp_store=MEMORY")
            self._base.execute("PRAGMA cell_size_check=ON")
            self.layers = self._layers()
        except (sqlite3.Error, OverflowError) as error:
            raise NotATableError("broken_geopackage") from error

    def _layers(self) -> list[str]:
        schema = self._base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        if any(runs_code(kind, str(sql)) for kind, _name, sql in schema):
            raise NotATableError("geopackage_view")
        tables = {
            name
            for kind, name, sql in schema
            if kind == "table" and str(sql).upper().startswith("CREATE TABLE")
        }
        if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= tables:
            raise NotATableError("wrong_format")
        named = self._base.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
        )
        layers = [str(name) for (name,) in named if name in tables]
        return [name for name in layers if self._any(name)]

    def _any(self, layer: str) -> bool:
        return self._base.execute(f"SELECT 1 FROM {_quoted(layer)} LIMIT 1").fetchone() is not None  # noqa: S608 -- a quoted name of the schema

    def rows(self, layer: str) -> tuple[str, Rows]:
        """The EPSG code and the rows of a layer. Raises NotATableError."""
        columns = self._base.execute(
            "SELECT name, hidden FROM pragma_table_xinfo(?)", [layer]
        ).fetchall()
        if any(hidden for _name, hidden in columns):
            raise NotATableError("geopackage_view")
        if len(columns) > MOST_FIELDS:
            raise NotATableError("too_many_columns")
        found = self._base.execute(
            "SELECT g.column_name, s.organization, s.organization_coordsys_id FROM gpkg_geometry_columns g "
            "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE g.table_name = ?",
            [layer],
        ).fetchone()
        shape, organisation, code = found or ("", "", "")
        epsg = str(code) if str(organisation).upper() == "EPSG" else "inconnu"
        fields = [str(name) for name, _hidden in columns if name != shape]
        return epsg, rows_of_features(fields, epsg, self._features(layer, shape, fields))

    def _features(
        self, layer: str, shape: str, fields: list[str]
    ) -> Iterator[tuple[Any, list[Any]]]:
        wanted = ", ".join(map(_quoted, [*([shape] if shape else []), *fields]))
        try:
            for row in self._base.execute(f"SELECT {wanted} FROM {_quoted(layer)}"):  # noqa: S608 -- quoted names of the schema
                yield (geometry_of(row[0]), list(row[1:])) if shape else (None, list(row))
        except sqlite3.Error as error:
            raise NotATableError("broken_geopackage") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def geometry_of(blob: Any) -> Any:
    """The shapely geometry of a GeoPackage's binary (clause 2.1.3 of the standard); None when it is none."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    envelope = (blob[3] >> 1) & 7
    if envelope >= len(ENVELOPES):
        return None
    return shapely.from_wkb(blob[8 + ENVELOPES[envelope] :], on_invalid="ignore")
