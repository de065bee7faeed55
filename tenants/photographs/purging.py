"""Photographs leave with the comments, bytes included; a file that no row names leaves too."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from tenants.campaigns.purging import LEAST_DAYS
from tenants.photographs.services import FOLDER
from tenants.wall.context import Scope, open_scope

logger = logging.getLogger(__name__)
ABANDONED_AFTER: Final = 3600  # seconds; a younger file may be one whose row is being written


def purge_photographs(days: int) -> int:
    """Delete the photographs that are older, of all landlords, with their files. Returns how many.

    Raises ValueError for less than LEAST_DAYS. The files go once the rows are gone for good; what a stop in between
    leaves is swept.
    """
    if days < LEAST_DAYS:
        raise ValueError(f"photographs are kept {LEAST_DAYS} days at least, not {days}")
    with open_scope(Scope("queue", 0, 0)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.purge_photographs(%s)", [days])
        names = [str(row[0]) for row in cursor.fetchall()]
    for name in names:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
    sweep_photographs()
    return len(names)


def sweep_photographs() -> int:
    """Remove the files that no row names: of an attempt that failed, of a deletion that stopped. Returns how many."""
    root = Path(settings.MEDIA_ROOT)
    old = time.time() - ABANDONED_AFTER
    found = {
        str(path.relative_to(root))
        for path in (root / FOLDER).glob("*/*")
        if path.stat().st_mtime < old
    }
    if not found:
        return 0
    with open_scope(Scope("queue", 0, 0)), connection.cursor() as cursor:
        cursor.execute("SELECT wall.lost_photographs(%s)", [sorted(found)])
        lost = [str(row[0]) for row in cursor.fetchall()]
    for name in lost:
        (root / name).unlink(missing_ok=True)
    if lost:
        logger.info("%s photographs that nothing named were removed from the disk.", len(lost))
    return len(lost)
