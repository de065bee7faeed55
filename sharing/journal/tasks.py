"""The minute's seal."""

from __future__ import annotations

from celery import shared_task

from sharing.journal.sealing import seal_waiting_entries
from tenants.wall.context import Scope, open_scope


@shared_task(name="sharing.journal.seal", ignore_result=True)
def seal_journal() -> int:
    """Seal what waits, in the queue's own signed scope: it may read entries and write seals, nothing else."""
    with open_scope(Scope("queue", 0, 0)):
        segment = seal_waiting_entries()
    return segment.entry_count if segment else 0
