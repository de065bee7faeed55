"""The two periods that are compared: as long as each other, on both sides of the start of the intervention."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

MONTH_DAYS: Final = 30.4375
LONGEST, SHORTEST = 24, 3


@dataclass(frozen=True)
class Periods:
    """[first, start[ and [start, last[; both `months` months of 30.4 days."""

    months: int
    first: dt.date
    start: dt.date
    last: dt.date


def periods(start: dt.date, today: dt.date, wished: int) -> Periods | None:
    """The longest periods up to `wished` months that today allows; None before SHORTEST months have gone by."""
    gone = int((today - start).days / MONTH_DAYS)
    months = min(wished, gone, LONGEST)
    if months < SHORTEST:
        return None
    reach = dt.timedelta(days=round(months * MONTH_DAYS))
    return Periods(months, start - reach, start, start + reach)
