"""The turn of the schedules."""

from __future__ import annotations

from celery import shared_task

from sharing.schedules.services import fire_due


@shared_task(name="sharing.schedules.fire", ignore_result=True)
def fire() -> int:
    """Fire what is due; run as often and by as many schedulers as one likes."""
    return fire_due()
