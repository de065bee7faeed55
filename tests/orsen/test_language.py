"""The menu of every page changes the language of the product."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override, trans_real
from pytest_django import Settings

from scripts.messages import CATALOGUE, run


def test_the_language_menu_turns_the_pages_english(
    client: Client, db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = tmp_path / "en/LC_MESSAGES/django.mo"
    compiled.parent.mkdir(parents=True)
    run("msgfmt", "--check-format", f"--output-file={compiled}", CATALOGUE)
    settings.LOCALE_PATHS = [str(tmp_path)]
    monkeypatch.setattr(trans_real, "_translations", {})
    page = reverse("account_login")
    assert "Mot de passe oublié" in client.get(page).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": page})
    shown = client.get(page).content.decode()
    assert "Forgotten password?" in shown
    assert 'name="language" value="fr"' in shown
    with override("en"):
        assert date_format(date(2027, 3, 9)) == "9 March 2027"
