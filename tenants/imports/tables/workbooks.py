"""XLSX and ODS workbooks. Runs in the child process; imports no Django."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from tenants.imports.tables.text_files import NotATableError

OLE = b"\xd0\xcf\x11\xe0"  # old .xls, and every workbook with a password


def is_workbook(members: list[zipfile.ZipInfo]) -> bool:
    """Whether the members of a zip are those of an XLSX or an ODS."""
    names = {member.filename for member in members}
    return "xl/workbook.xml" in names or {"content.xml", "mimetype"} <= names


def cell_text(value: Any) -> str:
    """A cell as the text that a CSV export would hold; whole numbers without decimals, dates in ISO form."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


class Workbook:
    """A workbook opened for reading; the first sheet that holds two rows is taken unless one is named."""

    def __init__(self, file: BinaryIO) -> None:
        """Open it; its zip has been checked. Raises NotATableError."""
        try:
            self._book = CalamineWorkbook.from_filelike(file)
            self.sheets: list[str] = list(self._book.sheet_names)
        except (CalamineError, OSError, ValueError) as error:
            raise NotATableError("broken_workbook") from error

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet, each with its number in the sheet, from 1. Raises NotATableError."""
        try:
            content = self._book.get_sheet_by_name(sheet)
            first = content.start[0] + 1 if content.start else 1
            for number, row in enumerate(content.iter_rows(), start=first):
                yield number, [cell_text(value) for value in row]
        except (CalamineError, OSError, ValueError) as error:
            raise NotATableError("broken_workbook") from error

    def filled_sheets(self) -> list[str]:
        """The sheets that hold at least two rows. Raises NotATableError."""
        try:
            return [name for name in self.sheets if self._book.get_sheet_by_name(name).height >= 2]
        except (CalamineError, OSError, ValueError) as error:
            raise NotATableError("broken_workbook") from error
