"""What comes back by itself: the look at campaigns that end soon, the purge of old texts."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from tenants.campaigns.purging import purge_texts
from tenants.campaigns.reminding import remind_by_date


@shared_task(name="tenants.campaigns.remind", ignore_result=True)
def remind_of_sites() -> int:
    """Remind those who have sites to rate, 7 and 2 days before the closing; run as often as one likes."""
    return remind_by_date()


@shared_task(name="tenants.campaigns.purge_texts", ignore_result=True)
def purge_old_texts() -> int:
    """Empty the comments and reasons that are older than ORSEN_COMMENT_DAYS."""
    return purge_texts(settings.ORSEN_COMMENT_DAYS)
