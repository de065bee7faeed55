"""Back up the installation into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from orsen.operations.backup import forget_old, make_backup
from orsen.operations.postgresql import OperationError


class Command(BaseCommand):
    """`backup FOLDER [--keep N]`: one archive of database and files, with its manifest."""

    help = "Sauvegarde la base et les fichiers dans un dossier (archive datée avec manifeste)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Folder, and how many archives to keep there."""
        parser.add_argument("folder", type=Path, help="dossier des sauvegardes")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="ne garder que les N plus récentes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the path of the archive. Raises CommandError when it could not be made."""
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError(_("--keep doit valoir au moins 1."))
        try:
            path = make_backup(options["folder"])
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(path))
        for old in forget_old(options["folder"], keep) if keep else []:
            self.stderr.write(_("Ancienne sauvegarde supprimée : %(path)s") % {"path": old})
