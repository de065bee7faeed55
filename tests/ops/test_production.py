"""The production settings leave nothing unsafe to forget."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).parents[2]


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "orsen.settings.production",
        **variables,
    }
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_djangos_deployment_checks_have_no_remark() -> None:
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING", ORSEN_ALLOWED_HOSTS="orsen.exemple.fr"
    )
    assert result.returncode == 0, result.stderr


def test_a_production_without_host_names_does_not_start() -> None:
    result = manage("check")
    assert result.returncode != 0
    assert "ORSEN_ALLOWED_HOSTS is not set" in result.stderr


def test_the_demonstration_cannot_be_loaded_in_production() -> None:
    result = manage("load_demo", "--if-empty", ORSEN_ALLOWED_HOSTS="orsen.exemple.fr")
    assert result.returncode != 0
    assert "orsen.settings.demo" in result.stderr


def test_cookies_travel_by_tls_only_and_scripts_from_here_only() -> None:
    program = (
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.DEBUG, s.ORSEN_DEMO)"
    )
    result = manage("shell", "--no-imports", "-c", program, ORSEN_ALLOWED_HOSTS="orsen.exemple.fr")
    assert result.stdout.split() == ["True", "True", "True", "False", "False"], result.stderr
    for directive in ("script-src", "style-src"):
        assert "'unsafe-inline'" not in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"][directive]
