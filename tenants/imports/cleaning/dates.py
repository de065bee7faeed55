"""Dates as files hold them: French, ISO, written out, or a spreadsheet's number of days."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

from tenants.imports.cleaning.text import fold

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
FRENCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ].*)?")
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
WRITTEN = re.compile(r"(?:[A-Z]+ )?(\d{1,2})(?:ER)? ([A-Z]+) (\d{4})(?: .*)?")
MONTHS: Final = (
    "JANVIER", "FEVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOUT", "SEPTEMBRE", "OCTOBRE", "NOVEMBRE",
    "DECEMBRE",
)  # fmt: skip
FIRST_DAY: Final = dt.date(1899, 12, 30)  # day 0 of spreadsheets
LEAST_SERIAL, MOST_SERIAL = 25_569, 73_050  # 1970 to 2099


@lru_cache(maxsize=16_384)
def read_date(text: str) -> tuple[dt.date | None, str]:
    """The day of a cell, None when it is not one; and what was done: "" nothing, `day_first` a year of two digits.

    Day before month always: a file that writes the month first gives dates that do not exist, and they are refused.
    """
    plain = text.strip()
    if found := ISO.fullmatch(plain) or COMPACT.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3])), ""
    if found := FRENCH.fullmatch(plain):
        short = len(found[3]) == 2
        year = int(found[3]) + (2000 if short else 0)
        return _day(year, int(found[2]), int(found[1])), "day_first" if short else ""
    if found := SERIAL.fullmatch(plain):
        days = int(found[1])
        inside = LEAST_SERIAL <= days <= MOST_SERIAL
        return (FIRST_DAY + dt.timedelta(days=days) if inside else None), ""
    if found := WRITTEN.fullmatch(fold(plain)):
        month = next((n for n, name in enumerate(MONTHS, 1) if _names(found[2], name)), 0)
        return _day(int(found[3]), month, int(found[1])), ""
    return None, ""


def _names(word: str, month: str) -> bool:
    """Whether a word is the month or the usual beginning of it: « févr », « sept »."""
    return len(word) >= 3 and month.startswith(word) and word != "JUI"


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
