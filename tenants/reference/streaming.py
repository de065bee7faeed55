"""The lines of a national RPLS file, cut without reading them into memory and counted where they say the same.

The file has one line per dwelling, some 3 GB. Dwellings of one address repeat their columns: a bounded table counts the
repeats, so that only distinct lines are cleaned. Nothing of what is personal or about rents is looked at: only the
columns of the layout are cut out of a line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.layouts import known

BOM: Final = b"\xef\xbb\xbf"
HEAD_BYTES: Final = 4 << 20
BLOCK_BYTES: Final = 4 << 20
MOST_WAITING: Final = 40_000  # distinct lines kept before they are handed over
# What a dwelling has of its own, and an address does not need.
LEFT_OUT: Final = frozenset(["dwelling_id", "staircase", "entrance", "building", "building_code"])


@dataclass(frozen=True, slots=True)
class NationalFile:
    """What was recognised of a file: its layout, encoding and columns, and the fields that are read."""

    path: Path
    layout: known.Layout
    encoding: str
    delimiter: str
    names: list[str]
    fields: list[str]
    indexes: list[int]


@dataclass(slots=True)
class LineCounts:
    """Lines read, and those whose number of cells is not the header's."""

    read: int = 0
    shifted: int = 0
    bytes_read: int = 0


def recognise(path: Path) -> NationalFile:
    """Open a file and recognise it by its columns. Raises ImportRefusedError."""
    if not path.is_file():
        raise ImportRefusedError(
            _("Le fichier %(path)s n’existe pas. Vérifiez son emplacement.") % {"path": path}
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    first = head.split(b"\n", 1)[0].removeprefix(BOM)
    delimiter = max((";", ",", "\t", "|"), key=lambda each: first.count(each.encode()))
    names = next(csv.reader([first.decode("utf-8", "replace").strip()], delimiter=delimiter), [])
    layout = known.recognise(names)
    if layout is None:
        raise ImportRefusedError(
            _(
                "Les colonnes de ce fichier ne sont pas celles du répertoire (RPLS). Déposez le fichier détaillé, sans en "
                "changer la première ligne."
            )
        )
    columns = {
        field: name
        for field, name in known.columns_of(layout, names).items()
        if field not in LEFT_OUT
    }
    return NationalFile(
        path, layout, _encoding(head), delimiter, names, list(columns), [names.index(name) for name in columns.values()],
    )  # fmt: skip


def _encoding(head: bytes) -> str:
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def counted_lines(
    file: NationalFile, counts: LineCounts, start: int = 0, stop: int | None = None
) -> Iterator[list[tuple[list[str], int]]]:
    """Batches of distinct lines (the cells of `file.fields`) with how many dwellings said exactly that.

    Of the lines that begin in the bytes from `start` to `stop`: the whole file unless told."""
    delimiter, width = file.delimiter.encode(), len(file.names)
    cut, between, cuts = itemgetter(*file.indexes), width - 1, max(file.indexes) + 1
    waiting: dict[tuple[bytes, ...], int] = {}
    for lines in _blocks(file.path, start, stop):
        for line in lines:
            if line.count(delimiter) == between and b'"' not in line:
                # Nothing is cut after the last column that is read; the line's end is in the last one.
                cells = (line if cuts < width else line.rstrip(b"\r\n")).split(delimiter, cuts)
            elif len(cells := _quoted(line, file)) != width:
                counts.shifted += 1
                continue
            key = cut(cells)
            waiting[key] = waiting.get(key, 0) + 1
            if len(waiting) >= MOST_WAITING:
                yield _handed_over(waiting, file.encoding)
                waiting = {}
        counts.read += len(lines)
        counts.bytes_read += sum(map(len, lines))
    yield _handed_over(waiting, file.encoding)


def _blocks(path: Path, start: int, stop: int | None) -> Iterator[list[bytes]]:
    """The lines that begin in those bytes, but the first line of the file, some megabytes at a time."""
    with path.open("rb", buffering=1 << 20) as file:
        file.seek(max(start - 1, 0))
        at = max(start - 1, 0) + len(
            file.readline()
        )  # the header, or the rest of a line begun before
        stop = path.stat().st_size if stop is None else stop
        while at < stop and (lines := file.readlines(min(BLOCK_BYTES, stop - at))):
            yield lines
            at += sum(map(len, lines))


def _quoted(line: bytes, file: NationalFile) -> list[bytes]:
    """The cells of a line with quotes."""
    text = line.decode("latin-1").rstrip("\r\n")
    return [
        cell.encode("latin-1") for cell in next(csv.reader([text], delimiter=file.delimiter), [])
    ]


def _handed_over(
    waiting: dict[tuple[bytes, ...], int], encoding: str
) -> list[tuple[list[str], int]]:
    return [
        ([cell.decode(encoding, "replace") for cell in key], number)
        for key, number in waiting.items()
    ]
