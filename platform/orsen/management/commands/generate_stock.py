"""Generate a large stock."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation
from orsen.generated.loading import Wanted, generate
from orsen.generated.places import NoGroundError


class Command(BaseCommand):
    """`generate_stock --sites N`: an invented stock of any size on the territories that are there."""

    help = "Génère un patrimoine inventé, de la taille voulue, sur les territoires présents."

    def add_arguments(self, parser: CommandParser) -> None:
        """Sizes, seed, and the word that lets it into a database in use."""
        parser.add_argument("--sites", type=int, required=True)
        parser.add_argument("--landlords", type=int, default=30)
        parser.add_argument("--assessments", type=int, help="par défaut, deux par site")
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument(
            "--force", action="store_true", help="hors démonstration, ou à côté d’autres données"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises CommandError where it could be mixed with real data, or without territories."""
        if not options["force"]:
            if not getattr(settings, "ORSEN_DEMO", False):
                raise CommandError(
                    "Un patrimoine inventé ne se mêle pas à une installation réelle : utilisez "
                    "orsen.settings.demo, ou --force sur une base d’essai."
                )
            if Organisation.objects.using("owner").exists():
                raise CommandError(
                    "La base contient déjà des organismes : utilisez une base sans données, ou --force."
                )
        if not 0 < options["landlords"] <= options["sites"]:
            raise CommandError("Il faut au moins un bailleur, et un site par bailleur.")
        assessments = options["assessments"]
        wanted = Wanted(
            options["sites"],
            options["landlords"],
            2 * options["sites"] if assessments is None else assessments,
            options["seed"],
        )
        started = time.monotonic()
        try:
            generate(wanted, self.stdout.write)
        except NoGroundError as error:
            raise CommandError(
                "Aucune commune : importez d’abord des territoires (import_territories) ou chargez la démonstration."
            ) from error
        self.stdout.write(
            self.style.SUCCESS(f"Patrimoine généré en {time.monotonic() - started:.0f} s.")
        )
