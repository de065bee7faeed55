"""Shapefiles in a zip, as rows. Runs in the child process; imports no Django.

Read from the ESRI description of the format: big-endian headers, little-endian shapes; attributes in a dBASE table.
"""

from __future__ import annotations

import codecs
import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import shapely

from tenants.imports.tables.features import Rows, epsg_of_wkt, rows_of_features
from tenants.imports.tables.text_files import NotATableError

POINTS = (1, 11, 21)
PARTS = (3, 5, 13, 15, 23, 25)
SHP_CODE = 9994
MOST_ATTRIBUTES = 255
PAGES = {"UTF-8": "utf-8", "UTF8": "utf-8", "65001": "utf-8", "1252": "cp1252", "ISO-8859-1": "iso-8859-1",
         "ISO 8859-1": "iso-8859-1", "88591": "iso-8859-1", "ANSI 1252": "cp1252", "CP1252": "cp1252"}  # fmt: skip


class Shapefile:
    """The shapefiles of a zip; each is a layer."""

    def __init__(self, file: BinaryIO, members: list[zipfile.ZipInfo]) -> None:
        """Find them; the zip has been checked. Raises NotATableError."""
        self._archive = zipfile.ZipFile(file)
        self._members = {member.filename: member for member in members}
        self.layers = sorted(
            name[:-4]
            for name in self._members
            if name.lower().endswith(".shp") and not PurePosixPath(name).name.startswith(".")
        )
        if not self.layers:
            raise NotATableError("wrong_format")

    def rows(self, layer: str) -> tuple[str, str, Rows]:
        """The encoding, the EPSG code and the rows of a layer. Raises NotATableError."""
        shapes, table = self._read(layer, ".shp"), self._read(layer, ".dbf")
        if table is None or shapes is None:
            raise NotATableError("shapefile_incomplete")
        epsg = epsg_of_wkt((self._read(layer, ".prj") or b"").decode("utf-8", "replace"))
        page = (self._read(layer, ".cpg") or b"").decode("ascii", "replace").strip().upper()
        fields, records, encoding = read_dbf(table, PAGES.get(page, ""))
        return encoding, epsg, rows_of_features(fields, epsg, _pairs(shapes, records))

    def _read(self, layer: str, suffix: str) -> bytes | None:
        for name, member in self._members.items():
            if name[:-4] == layer and name[-4:].lower() == suffix:
                try:
                    return self._archive.read(member)
                except (
                    zipfile.BadZipFile,
                    zlib.error,
                    OSError,
                    EOFError,
                    NotImplementedError,
                ) as error:
                    raise NotATableError("broken_shapefile") from error
        return None


def _pairs(shapes: bytes, records: Iterator[list[Any] | None]) -> Iterator[tuple[Any, list[Any]]]:
    try:
        for geometry, record in zip(read_shp(shapes), records, strict=True):
            if record is not None:
                yield geometry, record
    except (struct.error, ValueError, IndexError) as error:
        raise NotATableError("broken_shapefile") from error


def read_shp(content: bytes) -> Iterator[Any]:
    """Each geometry; None for an empty one. Raises struct.error or ValueError for a damaged file."""
    if struct.unpack_from(">i", content, 0)[0] != SHP_CODE:
        raise ValueError("not a shapefile")
    at = 100
    while at < len(content):
        length = 2 * struct.unpack_from(">i", content, at + 4)[0]
        if length < 4 or at + 8 + length > len(content):
            raise ValueError("record beyond the end")
        yield shape_of(content[at + 8 : at + 8 + length])
        at += 8 + length


def shape_of(record: bytes) -> Any:
    """The shapely geometry of one record: the point, the first of several, or the longest part."""
    (kind,) = struct.unpack_from("<i", record, 0)
    if kind == 0:
        return None
    if kind in POINTS:
        return shapely.Point(*struct.unpack_from("<2d", record, 4))
    if kind not in PARTS:
        return shapely.Point(
            *struct.unpack_from("<2d", record, 40)
        )  # MultiPoint: after the box and the count
    parts, points = struct.unpack_from("<2i", record, 36)
    if parts < 1 or points < 1 or 44 + 4 * parts + 16 * points > len(record):
        raise ValueError("points beyond the end")
    starts = [*struct.unpack_from(f"<{parts}i", record, 44), points]
    flat = struct.unpack_from(f"<{2 * points}d", record, 44 + 4 * parts)
    pairs = list(zip(flat[::2], flat[1::2], strict=True))
    longest = max((pairs[one:other] for one, other in itertools.pairwise(starts)), key=len)
    is_area = kind % 10 == 5 and len(longest) >= 4
    return (
        shapely.Polygon(longest)
        if is_area
        else shapely.LineString(longest)
        if len(longest) > 1
        else None
    )


def read_dbf(content: bytes, encoding: str) -> tuple[list[str], Iterator[list[Any] | None], str]:
    """The columns, the records (None for a deleted one) and the encoding. Raises NotATableError."""
    try:
        count, start, size = struct.unpack_from("<IHH", content, 4)
        fields, lengths, at = [], [], 32
        encoding = encoding or _encoding_of(content[start:])
        while content[at] != 0x0D:
            fields.append(content[at : at + 11].split(b"\0")[0].decode(encoding, "replace"))
            lengths.append(content[at + 16])
            at += 32
    except (struct.error, IndexError) as error:
        raise NotATableError("broken_shapefile") from error
    if (
        not fields
        or len(fields) > MOST_ATTRIBUTES
        or size != 1 + sum(lengths)
        or start + count * size > len(content)
    ):
        raise NotATableError("broken_shapefile")
    return fields, _records(content, start, size, count, lengths, encoding), encoding


def _encoding_of(body: bytes) -> str:
    try:
        codecs.decode(body, "utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _records(
    content: bytes, start: int, size: int, count: int, lengths: list[int], encoding: str
) -> Iterator[list[Any] | None]:
    for number in range(count):
        at = start + number * size
        deleted = content[at : at + 1] == b"*"
        at, values = at + 1, []
        for length in lengths:
            values.append(content[at : at + length].decode(encoding, "replace").strip(" \0"))
            at += length
        yield None if deleted else values
