"""Public tiles behind the map are a setting: the policy of the pages then lets the browser fetch them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SHOW = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES'])"


@pytest.mark.parametrize(
    ("url", "allowed"), [("", False), ("https://tuiles.exemple.test/wmts/{z}/{x}/{y}.png", True)]
)
def test_the_policy_follows_the_setting(url: str, allowed: bool) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "orsen.settings.test",
        "ORSEN_BASE_TILES_URL": url,
    }
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], env=environment, check=True, capture_output=True, text=True
    )
    assert shown.stdout.count("https://tuiles.exemple.test'") == (2 if allowed else 0)
