"""Read files of territories into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis.territories.importing.columns import ACCEPTED
from gis.territories.importing.errors import ImportRefusedError
from gis.territories.importing.report import ImportReport
from gis.territories.importing.services import import_file


class Command(BaseCommand):
    """`import_territories FILE… --kind … --vintage …`."""

    help = "Importe des territoires (GeoJSON ou GeoPackage) et rend compte de chaque ligne."

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, kind, vintage."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
        parser.add_argument("--kind", required=True, help=", ".join(ACCEPTED))
        parser.add_argument(
            "--vintage", required=True, type=int, help="millésime, par exemple 2024"
        )
        parser.add_argument("--source", default="", help="d’où viennent les contours")
        parser.add_argument("--json", action="store_true", help="compte rendu en JSON")
        parser.add_argument("--database", default="owner", help="connexion qui écrit (owner)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import each file in its own transaction; stop at the first that is refused."""
        reports: list[ImportReport] = []
        for path in options["files"]:
            try:
                report = import_file(
                    path,
                    kind=options["kind"],
                    vintage=options["vintage"],
                    using=options["database"],
                    source=options["source"],
                )
            except ImportRefusedError as refused:
                done = ", ".join(report.file for report in reports) or _("aucun")
                raise CommandError(
                    _("%(file)s : %(reason)s\nFichiers déjà importés : %(done)s.")
                    % {"file": path, "reason": refused, "done": done}
                ) from refused
            reports.append(report)
            if not options["json"]:
                self.stdout.write(report.as_text())
        if options["json"]:
            body = orjson.dumps(
                [report.as_dict() for report in reports], option=orjson.OPT_INDENT_2
            )
            self.stdout.write(body.decode())
