"""Give a landlord its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from orsen.operations.departure.export import export_landlord, find_landlord
from orsen.operations.postgresql import OperationError, owner


class Command(BaseCommand):
    """`export_landlord NAME FILE`: all that a landlord owns, as CSV, GeoJSON and files, with a manifest."""

    help = "Exporte toutes les données d’un bailleur (CSV, GeoJSON, fichiers) dans une archive zip."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which landlord, and the archive."""
        parser.add_argument("landlord", help="nom, nom court ou clé du bailleur")
        parser.add_argument("file", type=Path, help="archive à écrire (.zip)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive. Raises CommandError."""
        try:
            owner()
            rows = export_landlord(find_landlord(options["landlord"]), options["file"])
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(
                _("%(path)s : %(rows)s lignes de %(tables)s tables.")
                % {"path": options["file"], "rows": sum(rows.values()), "tables": len(rows)}
            )
        )
