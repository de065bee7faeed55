"""The Celery application: it only wakes workers, the truth about jobs is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.production")

app = Celery("orsen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tenants.jobs", "tenants.stock", "sharing.release", "sharing.reports"])
