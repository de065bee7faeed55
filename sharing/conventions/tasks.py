"""The daily look at the conventions that end."""

from __future__ import annotations

from celery import shared_task

from sharing.conventions.reminders import remind_ends


@shared_task(name="sharing.conventions.remind_ends", ignore_result=True)
def remind_of_ends() -> int:
    """Tell the parties of the conventions that end in 90, 30 or 7 days; run as often as one likes."""
    return remind_ends()
