"""Print the demonstration's accounts."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orsen.demo.accounts_list import accounts, one_of_each


class Command(BaseCommand):
    """`demo_accounts`: e-mail, password, role, organisation, current code of the second factor."""

    help = "Affiche les comptes de la démonstration et leur code de connexion du moment."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--json", action="store_true", help="Tous les comptes, en JSON.")
        parser.add_argument("--all", action="store_true", help="Tous les comptes.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises CommandError when the demonstration is not loaded."""
        every = list(accounts(time.time()))
        if not every:
            raise CommandError("La démonstration n’est pas chargée : python manage.py load_demo")
        if options["json"]:
            self.stdout.write(
                json.dumps([account.as_json() for account in every], ensure_ascii=False, indent=1)
            )
            return
        shown = every if options["all"] else one_of_each(every)
        width = max(len(account.email) for account in shown)
        self.stdout.write(f"Mot de passe de tous les comptes : {every[0].password}")
        self.stdout.write(
            f"Codes valables encore {every[0].code_seconds} s ; les suivants : python manage.py demo_accounts"
        )
        for account in shown:
            self.stdout.write(
                f"{account.email:<{width}}  {account.code}  {account.role} ({account.organisation})"
            )
        if len(shown) < len(every):
            self.stdout.write(
                f"{len(every) - len(shown)} autres comptes : python manage.py demo_accounts --all"
            )
