"""The child process that opens a stranger's table: `python -I -m … '{"mode": …}' < FILE`.

The file is its standard input. Before anything of it is parsed (its first bytes only say what must be loaded) it gives
up the right to open anything: with no file descriptor left there is neither a socket (no request can leave) nor another
file to read. That holds for any user, in any container. It writes JSON lines.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from tenants.imports.confining import limit
from tenants.imports.tables.archives import checked_members
from tenants.imports.tables.headers import find_header
from tenants.imports.tables.text_files import (
    NotATableError,
    delimiter_of,
    encoding_of,
    rows_of,
    text_of,
)
from tenants.imports.tables.workbooks import OLE, Workbook, is_workbook

SAMPLE = 60
CHUNK = 1_000
MOST_COLUMNS = 2_000
MOST_CELL = 4_000  # characters; a longer cell is cut
MOST_NAME = 200
SQLITE = b"SQLite format 3\0"
Rows = Iterator[tuple[int, list[str]]]


def write(line: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.buffer.write(orjson.dumps(line) + b"\n")


def load_for(file: BinaryIO) -> str:
    """What the first bytes say that the file is; what its reading needs is loaded while files can still be opened."""
    head = file.read(512)
    file.seek(0)
    if head.startswith(OLE):
        return "ole"
    kind = "text"
    if head.startswith(SQLITE):
        kind = "geopackage"
    elif head.startswith(b"PK"):
        kind = "zip"
    elif head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        kind = "geojson"
    if kind in ("geopackage", "geojson", "zip"):
        # Shapely is only loaded for these: it costs a fifth of a second.
        from tenants.imports.tables import geojson, geopackages, shapefiles  # noqa: F401
    return kind


def open_table(kind: str, file: BinaryIO, asked: dict[str, Any]) -> tuple[dict[str, Any], Rows]:
    """What the file is, and its rows from the first. Raises NotATableError."""
    if kind == "ole":
        raise NotATableError("old_workbook")
    if kind == "text":
        encoding = encoding_of(file)
        text = text_of(file, encoding)
        head = text.read(1 << 16)
        delimiter = delimiter_of(head.splitlines()[:40])
        text.seek(0)
        return {"format": "csv", "encoding": encoding, "delimiter": delimiter}, rows_of(
            text, delimiter
        )
    if kind == "zip":
        return _open_zip(file, asked)
    from tenants.imports.tables import geojson, geopackages

    if kind == "geojson":
        crs, rows = geojson.read_geojson(file)
        return {"format": "geojson", "encoding": "utf-8", "crs": crs}, rows
    package = geopackages.GeoPackage(file)
    layer = _chosen(package.layers, asked)
    crs, rows = package.rows(layer)
    return {"format": "geopackage", "sheet": layer, "sheets": package.layers, "crs": crs}, rows


def _open_zip(file: BinaryIO, asked: dict[str, Any]) -> tuple[dict[str, Any], Rows]:
    members = checked_members(file)
    if is_workbook(members):
        book = Workbook(file)
        filled = book.filled_sheets()
        sheet = _chosen(filled, asked)
        return {"format": "workbook", "sheet": sheet, "sheets": filled}, book.rows(sheet)
    from tenants.imports.tables import shapefiles

    found = shapefiles.Shapefile(file, members)
    layer = _chosen(found.layers, asked)
    encoding, crs, rows = found.rows(layer)
    about = {"format": "shapefile", "sheet": layer, "sheets": found.layers, "crs": crs}
    return about | {"encoding": encoding}, rows


def _chosen(layers: list[str], asked: dict[str, Any]) -> str:
    """The sheet or layer that is asked for, or the first."""
    if not layers:
        raise NotATableError("empty_file")
    return asked["sheet"] if asked.get("sheet") in layers else layers[0]


def cut(row: list[str], keep: list[int], width: int) -> list[str] | None:
    """The kept cells, padded; None when the row has more filled cells than the header has columns."""
    if any(cell.strip() for cell in row[width:]):
        return None
    return [row[index][:MOST_CELL] if index < len(row) else "" for index in keep]


def run(kind: str, file: BinaryIO, asked: dict[str, Any]) -> None:
    """Answer what the parent asked for."""
    about, rows = open_table(kind, file, asked)
    first = list(itertools.islice(rows, SAMPLE))
    if any(len(row) > MOST_COLUMNS for _line, row in first):
        raise NotATableError("too_many_columns")
    header = find_header([row for _line, row in first])
    names = [name[:MOST_NAME] for name in first[header][1]]
    write(about | {"header_line": first[header][0], "columns": names})
    body = itertools.chain(first[header + 1 :], rows)
    full = ((line, row) for line, row in body if any(cell and not cell.isspace() for cell in row))
    if asked["mode"] == "sample":
        sample = [
            [cell[:MOST_NAME] for cell in row] for _line, row in itertools.islice(full, SAMPLE)
        ]
        write({"sample": sample})
        write({"end": len(sample)})
        return
    keep, total = asked["keep"], 0
    while chunk := list(itertools.islice(full, CHUNK)):
        total += len(chunk)
        write(
            {
                "lines": [line for line, _row in chunk],
                "rows": [cut(row, keep, len(names)) for _line, row in chunk],
            }
        )
    write({"end": total})


def main() -> None:
    """Limit, run, and name what went wrong."""
    asked = orjson.loads(sys.argv[1])
    if not stat.S_ISREG(os.fstat(0).st_mode):
        raise SystemExit("standard input must be the file")
    file = io.BufferedReader(io.FileIO(0, closefd=False))
    kind = load_for(file)
    limit(asked["memory"], asked["cpu"])
    try:
        run(kind, file, asked)
    except NotATableError as error:
        write({"error": error.args[0]})
    except csv.Error:
        write({"error": "broken_csv"})
    except UnicodeError:
        write({"error": "wrong_format"})
    except (MemoryError, RecursionError):
        write({"error": "too_heavy"})


if __name__ == "__main__":
    main()
