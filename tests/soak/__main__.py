"""`make soak`: fifty telephones, ten of them real browsers killed twice each, behind a network that loses answers.

Makes a database of its own in the local cluster, serves the product from processes of its own, prints its figures; the
last line is one JSON object. Exit status 1 when anything was lost or double, or a conflict not listed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager

os.environ["DJANGO_SETTINGS_MODULE"] = "orsen.settings.test"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # Playwright keeps a loop in the thread that uses the database
)

import django

DATABASE = "orsen_soak"
SERVER_SECONDS = 60


@contextmanager
def database() -> Iterator[None]:
    """A database of the run's own, made as an installation does; dropped at the end."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tenants.wall.prepare import prepare_database
    from tests.conftest import LOGINS, _drop, superuser

    admin = superuser()
    _drop(admin, DATABASE)
    prepare_database(admin, DATABASE, bytes.fromhex(settings.ORSEN_WALL_KEY))
    for alias in LOGINS:
        connections[alias].settings_dict["NAME"] = DATABASE
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    try:
        yield
    finally:
        connections.close_all()
        _drop(admin, DATABASE)


@contextmanager
def server(settings_module: str = "orsen.settings.test") -> Iterator[tuple[str, int]]:
    """The product, served from two processes; ended, and only they, at the end."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "2", "--blocking-threads", "4", "--no-ws", "orsen.wsgi:application"]  # fmt: skip
    process = subprocess.Popen(
        command,
        env=os.environ
        | {
            "ORSEN_DB_NAME": DATABASE,
            "ORSEN_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": settings_module,
        },
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(port, process)
        yield "127.0.0.1", port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SERVER_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/saisie/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("The product does not answer.")


def main() -> int:
    """Run it. Returns 0 when the promise held."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("telephones", 50), ("ratings", 40), ("browsers", 10), ("kills", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    words = parser.parse_args()
    django.setup()
    from tests.soak.run import Plan, soak

    with database(), server() as upstream:
        figures = soak(upstream, Plan(words.telephones, words.ratings, words.browsers, words.kills))
    for name, value in figures.as_json().items():
        print(f"{name.replace('_', ' '):<18} {value}")
    print(json.dumps(figures.as_json()))
    return 0 if figures.holds else 1


if __name__ == "__main__":
    sys.exit(main())
