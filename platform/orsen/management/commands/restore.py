"""Restore a backup into an empty installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from orsen.operations.postgresql import OperationError
from orsen.operations.restore import restore_backup


class Command(BaseCommand):
    """`restore FILE`: roles, database, rows, files, wall, then the checks. Needs the superuser's password."""

    help = "Restaure une sauvegarde dans une base vide (superutilisateur requis), puis vérifie."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive."""
        parser.add_argument("file", type=Path, help="archive faite par la commande backup")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and check. Raises CommandError, saying whether something was touched."""
        try:
            manifest = restore_backup(options["file"])
        except OperationError as error:
            raise CommandError(str(error)) from error
        call_command("check", databases=["default"], fail_level="ERROR", verbosity=0)
        self.stdout.write(
            self.style.SUCCESS(
                _("Sauvegarde du %(date)s restaurée : %(rows)s lignes, %(files)s fichiers.")
                % {
                    "date": manifest.made_at,
                    "rows": sum(manifest.rows.values()),
                    "files": len(manifest.files) - 1,
                }
            )
        )
