"""The Celery tasks: they wake, nothing else. A lost message loses no job."""

from __future__ import annotations

from celery import shared_task

from tenants.jobs import broker, claims
from tenants.jobs.runner import run_one


@shared_task(name=broker.WAKE_TASK, acks_late=False, ignore_result=True)
def run_waiting(queue: str) -> int:
    """Run what waits in the queue until nothing does. Returns how many jobs were run."""
    count = 0
    while run_one(queue):
        count += 1
    return count


@shared_task(name="tenants.jobs.tasks.sweep", acks_late=False, ignore_result=True)
def sweep() -> list[str]:
    """Give up what can be tried no more, and wake every queue that has work. Returns the queues woken."""
    claims.bury_the_exhausted()
    queues = claims.queues_with_work()
    for queue in queues:
        broker.wake(queue)
    return queues
