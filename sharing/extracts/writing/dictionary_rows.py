"""The part of the dictionary that a file needs, as rows to be written into it."""

from __future__ import annotations

from typing import Final

from sharing.extracts.gathering import Gathered

DICTIONARY: Final = ("table", "colonne", "type", "nom", "sens")


def dictionary_rows(gathered: Gathered) -> list[list[str]]:
    """One row a column of the file."""
    return [
        [table.name, each.name, each.kind, str(each.label), str(each.meaning)]
        for table, columns, _rows in gathered.tables
        for each in columns
    ]
