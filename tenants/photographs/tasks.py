"""What comes back by itself: the purge of old photographs."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from tenants.photographs.purging import purge_photographs


@shared_task(name="tenants.photographs.purge", ignore_result=True)
def purge_old_photographs() -> int:
    """Delete the photographs that are older than ORSEN_COMMENT_DAYS, and the files that no row names."""
    return purge_photographs(settings.ORSEN_COMMENT_DAYS)
