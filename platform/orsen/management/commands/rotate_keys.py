"""Renew the secrets of the installation."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from orsen.operations import env_file, keys
from orsen.operations.postgresql import OperationError


class Command(BaseCommand):
    """`rotate_keys wall|secret|passwords|forget`: see docs/operations.md for the order of the restarts."""

    help = "Renouvelle les secrets : clé du mur, clé de Django, mots de passe de la base."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to renew, the file that holds it, and how long the wall's old key stays valid."""
        parser.add_argument("what", choices=["wall", "secret", "passwords", "forget"])
        parser.add_argument(
            "--env-file", type=Path, help="fichier des réglages (par défaut, celui qui est lu)"
        )
        parser.add_argument(
            "--overlap-hours",
            type=float,
            default=24.0,
            help="durée de validité de l’ancienne clé du mur",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, then say which processes to restart. Raises CommandError; the file is then as it was."""
        if options["overlap_hours"] < 0:
            raise CommandError(_("--overlap-hours ne peut pas être négatif."))
        try:
            path = options["env_file"] or env_file.default_path()
            done = self.renew(options["what"], path, dt.timedelta(hours=options["overlap_hours"]))
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(done))

    def renew(self, what: str, path: Path, overlap: dt.timedelta) -> str:
        """Do one of the four, and return what to do next."""
        if what == "wall":
            name = keys.rotate_wall_key(path, overlap)
            return _(
                "Nouvelle clé du mur %(name)s. Redémarrez tous les processus : l’ancienne vaut encore %(hours)g h."
            ) % {"name": name, "hours": overlap.total_seconds() / 3600}
        if what == "secret":
            keys.rotate_secret_key(path)
            return _(
                "Nouvelle clé de Django. Redémarrez tous les processus ; après 12 h, lancez « rotate_keys forget »."
            )
        if what == "passwords":
            keys.rotate_passwords(path)
            return _("Nouveaux mots de passe. Redémarrez tous les processus maintenant.")
        keys.forget_secret_keys(path)
        return _("Anciennes clés de Django oubliées. Redémarrez tous les processus.")
