"""Delete a landlord's data after it has received them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from orsen.operations.departure.deletion import delete_landlord
from orsen.operations.departure.export import find_landlord
from orsen.operations.postgresql import OperationError, owner


class Command(BaseCommand):
    """`delete_landlord NAME --export FILE --confirm NAME`: cannot be undone but by restoring a backup."""

    help = "Supprime les données d’un bailleur qui part, une fois son export vérifié. Sans retour."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which landlord, its fresh export, and its name once more."""
        parser.add_argument("landlord", help="nom, nom court ou clé du bailleur")
        parser.add_argument(
            "--export", type=Path, required=True, help="archive d’export_landlord, à jour"
        )
        parser.add_argument(
            "--confirm", required=True, help="le nom complet du bailleur, pour confirmer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete. Raises CommandError; nothing is deleted then."""
        try:
            owner()
            landlord = find_landlord(options["landlord"])
            refuse_unconfirmed(landlord.name, options["confirm"])
            deleted = delete_landlord(landlord, options["export"])
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(
                _(
                    "%(name)s est parti : %(rows)s lignes supprimées. "
                    "Les sauvegardes les contiennent encore jusqu’à leur effacement."
                )
                % {"name": landlord.name, "rows": sum(deleted.values())}
            )
        )


def refuse_unconfirmed(name: str, confirmation: str) -> None:
    """Raise OperationError unless the name was written out once more."""
    if confirmation != name:
        raise OperationError(
            _("Pour confirmer, écrivez --confirm « %(name)s ». Rien n’a été supprimé.")
            % {"name": name}
        )
