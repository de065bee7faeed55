"""Numbers as files hold them: decimal commas, thousands' spaces, whole numbers that became floats."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_WHOLE = re.compile(r"(\d+)[.,]0+")
FIRST_YEAR, LAST_YEAR = 1500, 2100


def read_number(text: str) -> float | None:
    """The number of a cell, decimal point or comma; None when it is not one."""
    plain = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(plain):
        return None
    value = float(plain.replace(",", "."))
    return value if math.isfinite(value) else None


def whole(text: str) -> str:
    """A code that a spreadsheet wrote as a float, as it was: 6029.0 → 6029. Anything else unchanged."""
    plain = text.strip()
    found = _WHOLE.fullmatch(plain)
    return found[1] if found else plain


def read_count(text: str) -> int | None:
    """A whole number that is not negative; None when the cell is anything else."""
    value = read_number(text)
    if value is None or value < 0 or not value.is_integer():
        return None
    return int(value)


def read_year(text: str) -> int | None:
    """A year, also out of a date; None when there is none between 1500 and 2100."""
    for found in re.findall(r"(?<!\d)\d{4}(?!\d)", text):
        if FIRST_YEAR <= int(found) <= LAST_YEAR:
            return int(found)
    return None
