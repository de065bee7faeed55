"""Take an applied import back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404
from django.utils.translation import ngettext

from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.imports import services
from tenants.management.commands.import_stock import landlord_named, principal_for


class Command(BaseCommand):
    """`undo_import KEY --landlord … [--member …]`."""

    help = "Annule un import appliqué, tant que rien n’a été bâti dessus."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which import, for whom."""
        parser.add_argument("key", metavar="CLÉ")
        parser.add_argument(
            "--landlord", required=True, help="nom, nom court ou numéro du bailleur"
        )
        parser.add_argument(
            "--member", help="adresse de la personne au nom de qui l’import est annulé"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Undo, then say how many rows went back."""
        principal = principal_for(landlord_named(options["landlord"]), options["member"])
        try:
            with landlord_scope(principal):
                number = services.undo_import(
                    principal, services.import_of(principal, options["key"])
                )
        except (ImportRefusedError, Http404) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            ngettext("%(n)d ligne remise comme avant.", "%(n)d lignes remises comme avant.", number)
            % {"n": number}
        )
