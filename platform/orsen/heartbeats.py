"""Signs of life of the workers and of the scheduler, kept in the shared cache and read by `/healthz`.

They say that a process turns, nothing about the jobs: the truth about those is in PostgreSQL.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, worker_ready
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUEUES = ("jobs", "report")
SCHEDULER = "scheduler"
INTERVAL_SECONDS = 5
LATE_AFTER_SECONDS = 30

_consumed: list[str] = []
_last_beat: dict[str, float] = {}


def worker(queue: str) -> str:
    """Name of the sign of life of the workers of a queue."""
    return f"worker:{queue}"


def beat(name: str) -> None:
    """Leave a sign of life, at most one every INTERVAL_SECONDS. A Redis that is down is logged, never raised."""
    now = time.monotonic()
    if now - _last_beat.get(name, -INTERVAL_SECONDS) < INTERVAL_SECONDS:
        return
    _last_beat[name] = now
    try:
        cache.set(f"heartbeat:{name}", time.time(), timeout=24 * 3600)
    except RedisError as error:
        logger.warning("The sign of life of %s could not be left: %s", name, error)


def age_seconds(name: str) -> float | None:
    """How long ago the last sign of life was left, in seconds; None when there is none.

    Raises RedisError when the cache is down.
    """
    left_at = cache.get(f"heartbeat:{name}")
    return None if left_at is None else max(0.0, time.time() - float(left_at))


@worker_ready.connect
def remember_queues(sender: Any, **_kwargs: Any) -> None:
    """Note which queues this worker consumes, once it does."""
    _consumed[:] = [str(queue) for queue in sender.app.amqp.queues.consume_from]
    beat_for_queues()


@heartbeat_sent.connect
def beat_for_queues(**_kwargs: Any) -> None:
    """Leave a sign of life for every queue of this worker, as often as Celery's own heartbeat allows."""
    for queue in _consumed:
        beat(worker(queue))


class BeatingScheduler(PersistentScheduler):
    """Celery's scheduler, leaving a sign of life at every turn of its loop."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """One turn: a sign of life, then what is due. Returns the seconds to sleep until the next."""
        beat(SCHEDULER)
        return super().tick(*args, **kwargs)
