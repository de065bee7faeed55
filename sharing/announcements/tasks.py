"""The turn of the announcements."""

from __future__ import annotations

from celery import shared_task

from sharing.announcements.services import tell_near


@shared_task(name="sharing.announcements.tell", ignore_result=True)
def tell_of_announcements() -> int:
    """Tell each landlord, as one of its own, of what was announced near its sites."""
    return tell_near()
