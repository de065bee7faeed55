"""Put the wall on every table again, as the owner."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tenants.wall.apply import apply_wall


class Command(BaseCommand):
    """`apply_wall`: what `migrate` also does at its end; needed after a restore."""

    help = "Réapplique le mur (politiques, droits, clés) à toutes les tables."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run as the owner connection."""
        self.stdout.write(self.style.SUCCESS(f"{apply_wall()} tables."))
