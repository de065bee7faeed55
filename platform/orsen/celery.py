"""The Celery application: it only wakes workers, the truth about jobs is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.production")

app = Celery("orsen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tenants.jobs", "tenants.stock", "sharing.release", "sharing.reports"])


@app.on_after_configure.connect
def leave_signs_of_life(**_kwargs: object) -> None:
    """Load the handlers that tell `/healthz` that this worker turns (they use the cache, so Django comes first)."""
    import orsen.heartbeats  # noqa: F401
