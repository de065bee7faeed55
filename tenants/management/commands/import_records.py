"""Import a landlord's facts, ratings or interventions from a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.kinds import KINDS, STOCK, ImportKind
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.layouts.remembering import remember, remembered
from tenants.imports.records.destination import NEW
from tenants.imports.records.words import remember_words
from tenants.imports.tables.reading import read_head
from tenants.management.commands.import_stock import landlord_named, principal_for, read_mapping

SLUGS = {kind.slug: kind for kind in KINDS.values() if kind.code != STOCK}


class Command(BaseCommand):
    """`import_records {faits,cotations,interventions} FILE --landlord … [--source …] [--dry-run] [--json]`."""

    help = "Importe les faits, les cotations ou les interventions d’un bailleur et rend compte de chaque ligne."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, the file, for whom, how it is read."""
        parser.add_argument("kind", choices=sorted(SLUGS), metavar="CONTENU")
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument(
            "--landlord", required=True, help="nom, nom court ou numéro du bailleur"
        )
        parser.add_argument(
            "--member", help="adresse de la personne au nom de qui l’import est fait"
        )
        parser.add_argument(
            "--source", default="", help="le logiciel ou le service d’où vient le fichier"
        )
        parser.add_argument(
            "--mapping",
            default="",
            help="correspondance des colonnes en JSON, ou un fichier qui la contient",
        )
        parser.add_argument(
            "--words", default="",
            help="sens des mots de la source en JSON : {\"champ: mot\": \"code\"}, ou un fichier qui le contient",
        )  # fmt: skip
        parser.add_argument(
            "--campaign", default="", help="clé de la campagne où vont les cotations"
        )
        parser.add_argument("--name", default="", help="nom de la campagne passée à créer")
        parser.add_argument("--day", default="", help="sa date, AAAA-MM-JJ")
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce que l’import ferait, sans rien changer"
        )
        parser.add_argument("--json", action="store_true", help="compte rendu en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, then print the report."""
        kind, path = SLUGS[options["kind"]], options["file"]
        principal = principal_for(landlord_named(options["landlord"]), options["member"])
        try:
            head = read_head(path)
            with landlord_scope(principal):
                known = remembered(kind.code, options["source"], head)
            mapping = known or kind.propose(head, "")
            if options["mapping"]:
                said = read_mapping(options["mapping"])
                mapping = Mapping(mapping.layout, mapping.columns | said)
            mapping = kind.check(mapping, head)
            record = services.new_import(
                principal, path, mapping, kind=kind.code, source=options["source"],
                options=destination(kind, options),
            )  # fmt: skip
            with landlord_scope(principal):
                remember(record, head, mapping)
                remember_words(record, words(kind, options["words"]))
            report = services.run(principal, record, path, mapping, trial=options["dry_run"])
        except ImportRefusedError as refused:
            raise CommandError(f"{path} : {refused}") from refused
        if options["json"]:
            told = report.as_dict() | {"import": str(record.key)}
            self.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        else:
            self.stdout.write(report.as_text())


def destination(kind: ImportKind, options: dict[str, Any]) -> dict[str, str]:
    """The campaign that ratings go to. Raises CommandError when it is not said."""
    if kind.options_form is None:
        return {}
    if options["campaign"]:
        return {"campaign": options["campaign"]}
    if not options["name"] or not options["day"]:
        raise CommandError(
            _(
                "Dites où vont les cotations : --campaign CLÉ, ou --name et --day d’une campagne passée."
            )
        )
    try:
        day = dt.date.fromisoformat(options["day"])
    except ValueError as error:
        raise CommandError(
            _("La date s’écrit AAAA-MM-JJ : %(day)s") % {"day": options["day"]}
        ) from error
    return {"campaign": NEW, "name": options["name"], "day": day.isoformat()}


def words(kind: ImportKind, text: str) -> list[tuple[str, str, str]]:
    """The given words as (field, word, code). Raises CommandError for a field or a code that does not exist."""
    if not text:
        return []
    vocabularies = {
        each.field: {code for code, _label in each.choices()} for each in kind.vocabularies
    }
    said = []
    for name, code in read_mapping(text).items():
        field, _colon, word = name.partition(":")
        if code not in vocabularies.get(field.strip(), ()):
            raise CommandError(
                _("« %(name)s » → « %(code)s » : champ ou code inconnu. Champs : %(fields)s.")
                % {"name": name, "code": code, "fields": ", ".join(vocabularies)}
            )
        said.append((field.strip(), word.strip(), code))
    return said
