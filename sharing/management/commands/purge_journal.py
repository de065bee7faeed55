"""Delete journal segments that are older than the retention."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import SecurityEvent
from sharing.journal.sealing import purge


class Command(BaseCommand):
    """`purge_journal [--days N]`: whole segments only; their seals stay, so that the chain still verifies.

    The door's own journal (accounts.security) is purged with it.
    """

    help = "Purge les segments du journal plus anciens que la durée de conservation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--days`: how long entries are kept (ORSEN_JOURNAL_DAYS by default)."""
        parser.add_argument("--days", type=int, default=settings.ORSEN_JOURNAL_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run as the owner connection."""
        before = timezone.now() - timedelta(days=options["days"])
        SecurityEvent.objects.filter(at__lt=before).delete()
        purged = purge(before)
        self.stdout.write(self.style.SUCCESS(f"{purged} entrées purgées."))
