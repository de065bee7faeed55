"""When things happened, all counted back from the day on which the demonstration is loaded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
PAST_CAMPAIGNS: Final = 4
CAMPAIGNS: Final = PAST_CAMPAIGNS + 1
FACT_MONTHS: Final = 36
MONTH_DAYS: Final = 30.4375


@dataclass(frozen=True)
class CampaignDates:
    """One yearly campaign."""

    reference: dt.date
    opens: dt.date
    closes: dt.date
    published: dt.date

    @property
    def name(self) -> str:
        """« Campagne 2025 »."""
        return f"Campagne {self.reference.year}"


@dataclass(frozen=True)
class Calendar:
    """The dates of a demonstration loaded on `today`."""

    today: dt.date

    def campaign(self, index: int) -> CampaignDates:
        """Dates of campaign 0 (the oldest) to PAST_CAMPAIGNS (the open one, three weeks old, three weeks to go)."""
        reference = self.today - dt.timedelta(days=21 + 365 * (PAST_CAMPAIGNS - index))
        closes = reference + dt.timedelta(days=42)
        return CampaignDates(reference, reference, closes, closes + dt.timedelta(days=16))

    def month_start(self, month: int) -> dt.date:
        """First day of month 0 (36 months ago) to FACT_MONTHS (today), in months of 30.4 days."""
        return self.today - dt.timedelta(days=round((FACT_MONTHS - month) * MONTH_DAYS))

    def campaign_before(self, day: dt.date) -> int:
        """The last campaign whose reference date is not after the day; the oldest for earlier days."""
        return max([0, *(n for n in range(CAMPAIGNS) if self.campaign(n).reference <= day)])


def at(day: dt.date, minute: int) -> dt.datetime:
    """An instant of that day, `minute` minutes after 8 o'clock, Paris time."""
    return dt.datetime.combine(day, dt.time(8), tzinfo=PARIS) + dt.timedelta(minutes=minute)
