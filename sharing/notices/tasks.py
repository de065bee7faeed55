"""The turn of the mails that wait."""

from __future__ import annotations

from celery import shared_task

from sharing.notices.services import mail_waiting


@shared_task(name="sharing.notices.mail", ignore_result=True)
def mail_notices() -> int:
    """Mail what waits, in the queue's own scope."""
    return mail_waiting()
