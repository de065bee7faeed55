"""Look for rows that contradict each other."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from orsen.consistency import CHECKS, disagreements


class Command(BaseCommand):
    """`check_inconsistencies`: run every check for every landlord; made for a nightly run."""

    help = "Cherche les lignes qui se contredisent, bailleur par bailleur."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises CommandError (exit code 1) when something disagrees, after listing all of it."""
        landlords = Organisation.objects.filter(kind=Organisation.Kind.LANDLORD).order_by("pk")
        found = [each for landlord in landlords for each in disagreements(landlord)]
        for each in found:
            self.stdout.write(
                f"{each.landlord} : {each.rule} — {each.rows} ligne(s), dont n° {each.example}"
            )
        if found:
            raise CommandError(f"{len(found)} règle(s) enfreinte(s).")
        self.stdout.write(f"{len(CHECKS)} règles tenues chez {len(landlords)} bailleurs.")
