"""When the demonstration does not load, and what it says."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import Organisation, User
from orsen.demo.people import DOMAIN
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(*words, stdout=out, skip_checks=True)
    return out.getvalue()


@override_settings(ORSEN_DEMO=False)
def test_it_refuses_settings_that_are_not_the_demonstration() -> None:
    with pytest.raises(CommandError, match=re.escape("orsen.settings.demo")):
        run("load_demo", "--scale", "small")
    assert not Organisation.objects.exists()


@override_settings(ORSEN_DEMO=True)
def test_it_refuses_to_mix_with_other_data(cast: Cast) -> None:
    with pytest.raises(CommandError, match="ne s’y mêle pas"):
        run("load_demo", "--scale", "small")
    assert "n’est pas chargée" in run("load_demo", "--scale", "small", "--if-empty")
    assert not User.objects.filter(email__endswith=f"@{DOMAIN}").exists()


def test_demo_accounts_without_a_demonstration_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_demo"):
        run("demo_accounts")
