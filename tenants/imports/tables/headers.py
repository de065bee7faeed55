"""Where the header of a table is: titles and blank lines often stand above it. Pure; imports no Django."""

from __future__ import annotations

import re
from collections import Counter

from tenants.imports.tables.text_files import NotATableError

NUMBER = re.compile(r"^[\s\d.,:/%€+-]+$")


def filled(row: list[str]) -> int:
    """How many cells hold something."""
    return sum(1 for cell in row if cell.strip())


def find_header(rows: list[list[str]]) -> int:
    """Index of the header among the first rows: as wide as the table, mostly words, followed by a row.

    Raises NotATableError when the table has no header or nothing under it.
    """
    widths = Counter(len(row) for row in rows if filled(row))
    if not widths:
        raise NotATableError("empty_file")
    widest = max(filled(row) for row in rows)
    for index, row in enumerate(rows):
        names = [cell.strip() for cell in row if cell.strip()]
        if len(names) < 2 or len(names) < widest * 0.6:
            continue
        words = sum(1 for name in names if not NUMBER.match(name))
        if words < len(names) * 0.8:
            raise NotATableError("no_header")
        if not any(filled(after) for after in rows[index + 1 :]):
            raise NotATableError("header_only")
        return index
    raise NotATableError("no_header")
