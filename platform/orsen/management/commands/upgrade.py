"""Bring the database to the version of the code, with a backup before anything changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from orsen.operations.backup import make_backup
from orsen.operations.postgresql import OperationError


class Command(BaseCommand):
    """`upgrade FOLDER`: backup, wall functions, migrations, wall, checks. Without a backup nothing changes."""

    help = "Sauvegarde, puis met la base au niveau du code (superutilisateur requis) et vérifie."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the backup goes."""
        parser.add_argument("folder", type=Path, help="dossier des sauvegardes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps in order. Raises CommandError when the backup fails: nothing has changed then."""
        try:
            backup = make_backup(options["folder"])
        except OperationError as error:
            raise CommandError(
                _("La sauvegarde a échoué, la mise à niveau n’a rien changé. %(error)s")
                % {"error": error}
            ) from error
        self.stdout.write(_("Sauvegarde : %(path)s") % {"path": backup})
        call_command("prepare_database", stdout=self.stdout)
        call_command("migrate", database="owner", interactive=False, stdout=self.stdout)
        call_command("apply_wall", stdout=self.stdout)
        call_command("check", databases=["default"], fail_level="ERROR", stdout=self.stdout)
        self.stdout.write(
            self.style.SUCCESS(
                _(
                    "Base à niveau. Relancez le serveur web, puis les travailleurs, puis le planificateur."
                )
            )
        )
