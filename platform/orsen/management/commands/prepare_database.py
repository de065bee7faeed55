"""Make roles, database, extensions and the wall's functions, as the cluster's superuser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orsen.settings import env
from tenants.wall.prepare import Superuser, prepare_database, prepare_roles


class Command(BaseCommand):
    """`prepare_database`: the one step that needs a superuser. Safe to repeat."""

    help = (
        "Crée les rôles, la base, ses extensions et les fonctions du mur (superutilisateur requis)."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. The superuser is read from ORSEN_DB_SUPERUSER and ORSEN_DB_SUPERUSER_PASSWORD."""
        database = settings.DATABASES["default"]
        superuser = Superuser(
            host=str(database["HOST"]),
            port=int(str(database["PORT"])),
            user=env.text("ORSEN_DB_SUPERUSER", "orsen_superuser"),
            password=env.text("ORSEN_DB_SUPERUSER_PASSWORD"),
        )
        passwords = {
            str(each["USER"]): str(each["PASSWORD"]) for each in settings.DATABASES.values()
        }
        missing = {"orsen_web", "orsen_owner", "orsen_report"} - passwords.keys()
        if missing:
            raise CommandError(
                f"Mots de passe absents pour : {', '.join(sorted(missing))} (voir docs/settings.md)."
            )
        prepare_roles(superuser, passwords)
        prepare_database(superuser, str(database["NAME"]), bytes.fromhex(settings.ORSEN_WALL_KEY))
        self.stdout.write(self.style.SUCCESS(f"Base {database['NAME']} prête."))
