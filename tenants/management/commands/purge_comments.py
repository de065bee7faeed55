"""Empty the free texts of ratings that are older than the retention."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenants.campaigns.purging import LEAST_DAYS, purge_texts
from tenants.photographs.purging import purge_photographs


class Command(BaseCommand):
    """`purge_comments [--days N]`: comments, reasons and photographs go; levels, answers and ticks stay."""

    help = "Efface les textes libres et les photographies des cotations plus anciennes que la durée de conservation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--days`: how long they are kept (ORSEN_COMMENT_DAYS by default), 30 at least."""
        parser.add_argument("--days", type=int, default=settings.ORSEN_COMMENT_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """The same as the daily task. Raises CommandError for too short a time."""
        if options["days"] < LEAST_DAYS:
            raise CommandError(f"Les textes sont gardés au moins {LEAST_DAYS} jours.")
        count = purge_texts(options["days"])
        pictures = purge_photographs(options["days"])
        self.stdout.write(
            self.style.SUCCESS(f"{count} textes et {pictures} photographies effacés.")
        )
