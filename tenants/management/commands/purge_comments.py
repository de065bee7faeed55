"""Empty the free texts of ratings that are older than the retention."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from tenants.campaigns.purging import purge_comments


class Command(BaseCommand):
    """`purge_comments [--days N]`: comments and reasons go; levels, answers and ticks stay."""

    help = "Efface les textes libres des cotations plus anciennes que la durée de conservation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--days`: how long they are kept (ORSEN_COMMENT_DAYS by default)."""
        parser.add_argument("--days", type=int, default=settings.ORSEN_COMMENT_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run as the owner connection."""
        count = purge_comments(timezone.now() - timedelta(days=options["days"]))
        self.stdout.write(self.style.SUCCESS(f"{count} cotations sans texte désormais."))
