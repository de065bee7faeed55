"""Wake workers through Celery. A broker that is down costs time, never a job: the sweeper wakes again."""

from __future__ import annotations

import logging

from celery import current_app
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
WAKE_TASK = "tenants.jobs.tasks.run_waiting"
PATIENCE_SECONDS = 1


def wake(queue: str) -> bool:
    """Ask a worker of the queue to look for work. Returns whether the message left; a failure is logged."""
    try:
        with _connection() as connection:
            current_app.send_task(
                WAKE_TASK, args=[queue], queue=queue, connection=connection, retry=False
            )
    except (OperationalError, RedisError, OSError) as error:
        logger.warning(
            "No worker of %s could be woken, the job waits in PostgreSQL: %s", queue, error
        )
        return False
    return True


def is_reachable() -> bool:
    """Whether the broker answers within a second."""
    try:
        with _connection() as connection:
            connection.ensure_connection(max_retries=1, timeout=PATIENCE_SECONDS)
    except (OperationalError, RedisError, OSError):
        return False
    return True


def _connection() -> Connection:
    """A connection that gives up soon: a reader waits for the page, not for the broker."""
    connection: Connection = current_app.connection_for_write(
        connect_timeout=PATIENCE_SECONDS,
        transport_options={
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "socket_connect_timeout": PATIENCE_SECONDS,
        },
    )
    return connection
