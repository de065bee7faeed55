"""Load the demonstration."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orsen.demo import presence, publishing
from orsen.demo.size import SIZES


class Command(BaseCommand):
    """`load_demo`: two invented départements from a seed, into an empty database. Safe to repeat."""

    help = "Charge la démonstration : deux départements inventés, tirés d’une graine."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--seed", type=int, default=2026, help="Graine du tirage.")
        parser.add_argument("--scale", choices=sorted(SIZES), default="full", help="Taille.")
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Ne rien faire, sans erreur, si la base contient déjà des organismes.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises CommandError outside demonstration settings, or on a database that holds other data."""
        if not getattr(settings, "ORSEN_DEMO", False):
            raise CommandError(
                "La démonstration a des mots de passe publics : elle ne se charge qu’avec les réglages "
                "orsen.settings.demo, qui n’écoutent que cette machine."
            )
        started = time.monotonic()
        try:
            loaded = presence.is_loaded()
        except presence.OtherDataError as error:
            if options["if_empty"]:
                self.stdout.write(
                    "La base contient d’autres organismes : la démonstration n’est pas chargée."
                )
                return
            raise CommandError(
                "La base contient d’autres organismes : la démonstration ne s’y mêle pas. "
                "Utilisez une base vide (make clean-demo, puis make demo)."
            ) from error
        if loaded and not publishing.is_pending():
            self.stdout.write("La démonstration est déjà chargée.")
            return
        if not loaded:
            # Drawing takes libraries that a start which finds the demonstration there need not wait for.
            from orsen.demo import loading

            loading.load(options["seed"], SIZES[options["scale"]], self.stdout.write)
            loading.count_rows()
        self.stdout.write("Diffusion des rapports des dernières campagnes")
        publishing.publish_reports()
        seconds = time.monotonic() - started
        self.stdout.write(self.style.SUCCESS(f"Démonstration chargée en {seconds:.0f} s."))
