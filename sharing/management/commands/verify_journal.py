"""Compute every seal of the journal again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sharing.journal.sealing import verify


class Command(BaseCommand):
    """`verify_journal`: exit 1 when an entry or a seal was changed, removed or added behind the product's back."""

    help = "Vérifie la chaîne des scellés du journal des accès."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run as the owner connection."""
        verdict = verify()
        if verdict.faults:
            raise CommandError("Journal altéré :\n" + "\n".join(verdict.faults))
        self.stdout.write(
            self.style.SUCCESS(
                f"Journal intact : {verdict.segments} segments, {verdict.entries} entrées."
            )
        )
