"""The regular look at the campaigns that end soon."""

from __future__ import annotations

from celery import shared_task

from tenants.campaigns.reminding import remind_by_date


@shared_task(name="tenants.campaigns.remind", ignore_result=True)
def remind_of_sites() -> int:
    """Remind those who have sites to rate, 7 and 2 days before the closing; run as often as one likes."""
    return remind_by_date()
