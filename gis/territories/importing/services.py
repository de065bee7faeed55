"""Import a file of territories: the one entry for the command and for pages."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from gis.territories.importing.columns import ACCEPTED, find_columns
from gis.territories.importing.errors import ImportRefusedError
from gis.territories.importing.reading import Limits, read_features
from gis.territories.importing.report import ImportReport
from gis.territories.importing.rows import build_rows
from gis.territories.importing.storing import store


def import_file(
    path: Path,
    *,
    kind: str,
    vintage: int,
    using: str,
    source: str = "",
    limits: Limits | None = None,
) -> ImportReport:
    """Read a GeoJSON or GeoPackage and write its territories at one vintage.

    Repeating it changes nothing. `using` is a connection that may write territories.
    Raises ImportRefusedError, and then nothing of the file was written.
    """
    check_request(kind, vintage)
    file = read_features(path, limits)
    if not file.features:
        raise ImportRefusedError(
            _("Le fichier ne contient aucune entité. Vérifiez l’export puis recommencez.")
        )
    report = ImportReport(path.name, kind, vintage, crs=file.crs)
    rows = build_rows(kind, file.features, find_columns(kind, file.fields), report)
    if not rows:
        raise ImportRefusedError(
            _(
                "Aucune ligne du fichier ne peut être retenue comme « %(kind)s ». Vérifiez la "
                "nature de territoire choisie et le fichier.\n%(report)s"
            )
            % {"kind": kind, "report": report.as_text()}
        )
    with transaction.atomic(using=using):
        store(rows, report, source or path.name, using)
    return report


def check_request(kind: str, vintage: int) -> None:
    """Refuse an unknown kind or a vintage that is not a year. Raises ImportRefusedError."""
    if kind not in ACCEPTED:
        raise ImportRefusedError(
            _("Nature de territoire inconnue : « %(kind)s ». Natures possibles : %(known)s.")
            % {"kind": kind, "known": ", ".join(ACCEPTED)}
        )
    if not 1900 <= vintage <= 2200:
        raise ImportRefusedError(
            _("Le millésime %(vintage)d n’est pas une année. Donnez par exemple 2024.")
            % {"vintage": vintage}
        )
