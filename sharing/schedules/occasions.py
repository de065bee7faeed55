"""When a schedule fires: the occasions of a calendar. Pure functions of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sharing.schedules.models import ReportSchedule

MONTHS_OF_QUARTER = 3
Cadence = ReportSchedule.Cadence


@dataclass(frozen=True)
class Occasion:
    """A period of the calendar, by its name and its first day."""

    name: str
    begins_on: dt.date


def occasion_of(cadence: str, day: dt.date) -> Occasion:
    """The period that a day lies in. Raises ValueError for a cadence without periods."""
    if cadence == Cadence.MONTH:
        return Occasion(f"{day:%Y-%m}", day.replace(day=1))
    if cadence == Cadence.QUARTER:
        quarter = (day.month - 1) // MONTHS_OF_QUARTER
        return Occasion(
            f"{day.year}-T{quarter + 1}", dt.date(day.year, quarter * MONTHS_OF_QUARTER + 1, 1)
        )
    raise ValueError(cadence)


def due(cadence: str, created_on: dt.date, today: dt.date) -> Occasion | None:
    """The occasion that is due: the period of today, once it began after the schedule was signed.

    Of several that were missed only the last one is: a report says how things are, not how they were.
    """
    occasion = occasion_of(cadence, today)
    return occasion if occasion.begins_on > created_on else None


def next_day(cadence: str, created_on: dt.date, today: dt.date) -> dt.date:
    """The first day of the next period."""
    begins = occasion_of(cadence, max(today, created_on)).begins_on
    months = 1 if cadence == Cadence.MONTH else MONTHS_OF_QUARTER
    years, month = divmod(begins.month - 1 + months, 12)
    return dt.date(begins.year + years, month + 1, 1)
