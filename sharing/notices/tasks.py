"""The turns of the notices: mails that wait, jobs that were given up."""

from __future__ import annotations

from celery import shared_task

from sharing.notices.deadjobs import tell_dead_jobs
from sharing.notices.services import mail_waiting


@shared_task(name="sharing.notices.mail", ignore_result=True)
def mail_notices() -> int:
    """Mail what waits, in the queue's own scope."""
    return mail_waiting()


@shared_task(name="sharing.notices.tell_dead_jobs", ignore_result=True)
def tell_of_dead_jobs() -> int:
    """Tell of the jobs that were given up, as a member of the organisation that asked for each."""
    return tell_dead_jobs()
