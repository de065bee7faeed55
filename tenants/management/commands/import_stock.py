"""Import a landlord's stock from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.principal import Principal, from_membership
from gis.territories.importing.errors import ImportRefusedError
from tenants.imports import services
from tenants.imports.layouts.known import LABELS
from tenants.imports.layouts.mapping import Mapping, checked, proposed_mapping
from tenants.imports.tables.reading import read_head


class Command(BaseCommand):
    """`import_stock FILE --landlord … [--member …] [--layout …] [--mapping …] [--dry-run] [--json]`."""

    help = "Importe le patrimoine d’un bailleur (CSV, XLSX, ODS) et rend compte de sa couverture."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, for whom, how its columns are read."""
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument(
            "--landlord", required=True, help="nom, nom court ou numéro du bailleur"
        )
        parser.add_argument(
            "--member", help="adresse de la personne de l’organisme au nom de qui l’import est fait"
        )
        parser.add_argument("--layout", default="", help=", ".join(LABELS))
        parser.add_argument(
            "--mapping",
            default="",
            help='correspondance en JSON : {"street": "NOMVOIE", …}, ou un fichier qui la contient',
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce que l’import ferait, sans rien changer"
        )
        parser.add_argument("--json", action="store_true", help="compte rendu en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, then print the coverage report."""
        path: Path = options["file"]
        principal = principal_for(landlord_named(options["landlord"]), options["member"])
        try:
            head = read_head(path)
            mapping = proposed_mapping(head, options["layout"])
            if options["mapping"]:
                mapping = Mapping(
                    mapping.layout, mapping.columns | read_mapping(options["mapping"])
                )
            mapping = checked(mapping, head)
            report = services.run(
                principal,
                services.new_import(principal, path, mapping),
                path,
                mapping,
                trial=options["dry_run"],
            )
        except ImportRefusedError as refused:
            raise CommandError(f"{path} : {refused}") from refused
        if options["json"]:
            body = orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2)
            self.stdout.write(body.decode())
        else:
            self.stdout.write(report.as_text())


def landlord_named(text: str) -> Organisation:
    """The landlord of that name, short name or number. Raises CommandError."""
    landlords = Organisation.objects.filter(kind=Organisation.Kind.LANDLORD)
    for condition in (
        {"short_name": text},
        {"name": text},
        {"pk": text} if text.isdigit() else None,
    ):
        found = list(landlords.filter(**condition)[:2]) if condition else []
        if len(found) == 1:
            return found[0]
    raise CommandError(
        _("Aucun bailleur ne s’appelle « %(text)s ». Bailleurs : %(known)s.")
        % {"text": text, "known": ", ".join(landlords.values_list("short_name", flat=True))}
    )


def principal_for(landlord: Organisation, email: str | None) -> Principal:
    """The member that the import is done for: the one named, else the only one who may. Raises CommandError."""
    live = (
        Membership.objects.live()
        .filter(organisation=landlord)
        .select_related("organisation", "user")
    )
    able = [each for each in live if from_membership(each).may(services.PERMISSION)]
    named = [each for each in able if email is None or each.user.email == email]
    if len(named) == 1:
        return from_membership(named[0])
    raise CommandError(
        _("Indiquez au nom de qui avec --member : %(people)s.")
        % {
            "people": ", ".join(sorted(each.user.email for each in able))
            or _("personne n’en a le droit")
        }
    )


def read_mapping(text: str) -> dict[str, str]:
    """A mapping field → column from JSON text or from a file. Raises CommandError."""
    try:
        content = Path(text).read_bytes() if Path(text).is_file() else text.encode()
        mapping = orjson.loads(content)
    except (OSError, orjson.JSONDecodeError) as error:
        raise CommandError(
            _("La correspondance n’est pas du JSON lisible : %(error)s") % {"error": error}
        ) from error
    if not isinstance(mapping, dict) or not all(isinstance(each, str) for each in mapping.values()):
        raise CommandError(_("La correspondance doit être un objet JSON : champ → colonne."))
    return mapping
