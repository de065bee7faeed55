"""Read the national register of social dwellings (RPLS) into the common reference of addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.cleaning.notes import REASONS
from tenants.reference.services import ReferenceReport, import_register


class Command(BaseCommand):
    """`import_register FILE --vintage 2025 [--json]`."""

    help = "Importe le répertoire national (RPLS) dans la table de référence des adresses."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, its 1 January."""
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--vintage", required=True, type=int, help="année du 1er janvier")
        parser.add_argument("--json", action="store_true", help="compte rendu en JSON")
        parser.add_argument("--database", default="owner", help="connexion qui écrit (owner)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, then print the coverage."""
        try:
            report = import_register(
                options["file"], options["vintage"], using=options["database"], progress=self._tell
            )
        except ImportRefusedError as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2).decode())
        else:
            self.stdout.write(as_text(report))

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{100 * done // max(total, 1)} %", ending="")


def as_text(report: ReferenceReport) -> str:
    """The coverage, for a terminal."""
    lines = [
        _("Logements lus : %(read)d, rattachés à une adresse : %(attached)d (%(share).1f %%)")
        % {
            "read": report.dwellings_read,
            "attached": report.dwellings_attached,
            "share": 100 * report.dwellings_attached / max(report.dwellings_read, 1),
        },
        _("Adresses : %(addresses)d") % {"addresses": report.addresses},
        _(
            "Logements avec une position : %(located).1f %%, un IRIS : %(iris).1f %%, un QPV : %(qpv).1f %%"
        )
        % {
            "located": 100 * report.located_share,
            "iris": 100 * report.iris_share,
            "qpv": 100 * report.qpv_share,
        },
        _("Logements d’un arrondissement, rapportés à leur commune : %(number)d")
        % {"number": report.arrondissements},
        *(f"  {number} × {_(REASONS[code][1])}" for code, number in report.rejected.items()),
        _("Durée : %(seconds).1f s") % {"seconds": report.seconds},
    ]
    return "\n".join(lines)
