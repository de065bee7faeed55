"""The Celery application: it only wakes workers, the truth about jobs is in PostgreSQL."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.production")

app = Celery("orsen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "tenants.jobs",
        "tenants.campaigns",
        "sharing.journal",
        "sharing.receipts",
        "sharing.notices",
        "sharing.conventions",
        "sharing.jointactions",
        "sharing.schedules",
        "sharing.announcements",
    ]
)


@app.on_after_configure.connect
def leave_signs_of_life(**_kwargs: object) -> None:
    """Load the handlers that tell `/healthz` that this worker turns (they use the cache, so Django comes first)."""
    import orsen.heartbeats  # noqa: F401


@worker_init.connect
def refuse_unsafe_login(**kwargs: Any) -> None:
    """A worker does not start on a database login that could bypass the wall."""
    from orsen.boot import refuse_unsafe_connection

    refuse_unsafe_connection()
