"""CSV files: which encoding, which delimiter, where the header is. Runs in the child process; imports no Django."""

from __future__ import annotations

import codecs
import csv
import heapq  # noqa: F401 -- Counter loads it late, when the child may open nothing more
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

DELIMITERS = (";", ",", "\t", "|")
CHUNK = 1 << 20
HEAD_BYTES = 1 << 18
C1_CONTROLS = frozenset(range(0x80, 0xA0))  # letters in cp1252, control characters in ISO-8859-1


class NotATableError(ValueError):
    """The bytes are not a text table; the argument is a code of `reading.FILE_ERRORS`."""


def encoding_of(file: BinaryIO) -> str:
    """utf-8-sig, utf-16, utf-8, cp1252 or iso-8859-1, from the whole file; the file is left at its start.

    UTF-8 is certain as soon as every byte decodes; else only the bytes 0x80–0x9F tell cp1252 from ISO-8859-1.
    Raises NotATableError for an empty or a binary file.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head.strip():
        raise NotATableError("empty_file")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        raise NotATableError("wrong_format")
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, c1 = True, False
    while chunk := file.read(CHUNK):
        if utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                utf8 = False
        c1 = c1 or any(byte in C1_CONTROLS for byte in set(chunk))
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    file.seek(0)
    if utf8:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return "cp1252" if c1 else "iso-8859-1"


def text_of(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text; a byte that the encoding does not know becomes the replacement character."""
    return io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")


def delimiter_of(lines: list[str]) -> str:
    """The delimiter that cuts the lines most alike into most columns. Raises NotATableError when none does."""
    best, best_score = "", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(
            len(row) for row in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, row))
        )
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = (width - 1) * times / widths.total()
        if score > best_score:
            best, best_score = delimiter, score
    if not best:
        raise NotATableError("one_column")
    return best


def rows_of(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line in the file, from 1."""
    csv.field_size_limit(1 << 20)
    reader = csv.reader(text, delimiter=delimiter)
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1
