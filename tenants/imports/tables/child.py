"""The child process that opens a stranger's table: `python -I -m … '{"mode": …}' < FILE`.

The file is its standard input. Before the first byte is parsed it gives up the right to open anything: with no file
descriptor left there is neither a socket (no request can leave) nor another file to read. It writes JSON lines.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import os
import resource
import stat
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from tenants.imports.tables.headers import find_header
from tenants.imports.tables.text_files import (
    NotATableError,
    delimiter_of,
    encoding_of,
    rows_of,
    text_of,
)
from tenants.imports.tables.workbooks import OLE, Workbook

SAMPLE = 60
CHUNK = 1_000
# Loaded before the limits: a codec that is first needed later would want a file. cp437: names inside a zip.
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1", "cp437")
Rows = Iterator[tuple[int, list[str]]]


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory and processor time; no writing to files, no core dump, nothing more to open."""
    for name in CODECS:
        codecs.lookup(name)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def write(line: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.buffer.write(orjson.dumps(line) + b"\n")


def open_table(file: BinaryIO, asked: dict[str, Any]) -> tuple[dict[str, Any], Rows]:
    """What the file is, and its rows from the first. Raises NotATableError."""
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(OLE):
        raise NotATableError("old_workbook")
    if magic.startswith(b"PK"):
        book = Workbook(file)
        filled = book.filled_sheets()
        if not filled:
            raise NotATableError("empty_file")
        sheet = asked.get("sheet") or filled[0]
        return {"format": "workbook", "sheet": sheet, "sheets": filled}, book.rows(sheet)
    encoding = encoding_of(file)
    text = text_of(file, encoding)
    head = text.read(1 << 16)
    delimiter = delimiter_of(head.splitlines()[:40])
    text.seek(0)
    return {"format": "csv", "encoding": encoding, "delimiter": delimiter}, rows_of(text, delimiter)


def cut(row: list[str], keep: list[int], width: int) -> list[str] | None:
    """The kept cells, padded; None when the row has more filled cells than the header has columns."""
    if any(cell.strip() for cell in row[width:]):
        return None
    return [row[index] if index < len(row) else "" for index in keep]


def run(asked: dict[str, Any]) -> None:
    """Answer what the parent asked for."""
    about, rows = open_table(io.BufferedReader(io.FileIO(0, closefd=False)), asked)
    first = list(itertools.islice(rows, SAMPLE))
    header = find_header([row for _line, row in first])
    names = first[header][1]
    write(about | {"header_line": first[header][0], "columns": names})
    body = itertools.chain(first[header + 1 :], rows)
    full = ((line, row) for line, row in body if any(cell and not cell.isspace() for cell in row))
    if asked["mode"] == "sample":
        sample = [row for _line, row in itertools.islice(full, SAMPLE)]
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
    limit(asked["memory"], asked["cpu"])
    try:
        run(asked)
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
