"""The daily sweep of the copies on the disk."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from sharing.receipts.models import Receipt
from sharing.receipts.services import FOLDER
from tenants.wall.context import Scope, open_scope

logger = logging.getLogger(__name__)
# A file without a receipt that is younger may be one that is being made.
ABANDONED_AFTER = 24 * 3600


@shared_task(name="sharing.receipts.sweep", ignore_result=True)
def sweep_copies() -> int:
    """Remove the files that no live receipt names: expired, or left by an attempt that died. Returns how many.

    The receipts stay. Runs in the queue's own scope.
    """
    root = Path(settings.MEDIA_ROOT)
    with open_scope(Scope("queue", 0, 0)):
        live = set(
            Receipt.objects.filter(expires_at__gt=timezone.now()).values_list("path", flat=True)
        )
        expired = set(
            Receipt.objects.filter(expires_at__lte=timezone.now()).values_list("path", flat=True)
        )
    removed = 0
    for path in (root / FOLDER).glob("*/*"):
        name = str(path.relative_to(root))
        old = time.time() - path.stat().st_mtime > ABANDONED_AFTER
        if name in expired or (name not in live and old):
            path.unlink(missing_ok=True)
            removed += 1
    if removed:
        logger.info("%s expired copies were removed from the disk.", removed)
    return removed
