"""Read the national base of addresses (BAN) into the common table that landlords are geocoded by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.geocoding.ban import import_ban


class Command(BaseCommand):
    """`import_ban FILE [--departement 93 …] [--json]`."""

    help = (
        "Importe la Base Adresse Nationale (CSV, ou CSV compressé) pour géocoder sans rien envoyer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the départements to keep."""
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument(
            "--departement",
            action="append",
            default=[],
            help="ne garder que ce département (répétable)",
        )
        parser.add_argument("--json", action="store_true", help="compte rendu en JSON")
        parser.add_argument("--database", default="owner", help="connexion qui écrit (owner)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, then print what came in."""
        try:
            report = import_ban(
                options["file"],
                options["departement"],
                using=options["database"],
                progress=self._tell,
            )
        except ImportRefusedError as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2).decode())
            return
        self.stdout.write(
            _("Adresses : %(addresses)d sur %(read)d lignes, %(rejected)d rejetées, %(seconds).1f s. Départements : %(list)s.")
            % {**report.as_dict(), "list": ", ".join(report.departements)}
        )  # fmt: skip

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{100 * done // max(total, 1)} %", ending="")
