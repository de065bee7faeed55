"""The processes of the product on one machine, and the secrets that each may know."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent  # of the virtual environment: the supervisor runs in it

# A process is given these and no other secret: whoever breaks into the web server finds neither the password that
# makes tables nor the one that reads all landlords to build releases.
EVERYBODY = frozenset(
    {
        "ORSEN_SECRET_KEY",
        "ORSEN_SECRET_KEY_FALLBACKS",
        "ORSEN_WALL_KEY",
        "ORSEN_DB_WEB_PASSWORD",
        "ORSEN_REDIS_PASSWORD",
    }
)
RELEASES = EVERYBODY | {"ORSEN_DB_REPORT_PASSWORD", "ORSEN_RELEASE_P"}


@dataclass(frozen=True)
class Process:
    """One process: its name in the log, its command line, the secrets it may know."""

    name: str
    command: tuple[str, ...]
    secrets: frozenset[str] = EVERYBODY


def is_secret(variable: str) -> bool:
    """Whether a setting is a secret, told by the end of its name (tests/ops hold the names to this rule)."""
    return variable.startswith("ORSEN_") and variable.endswith(
        ("_PASSWORD", "_KEY", "_FALLBACKS", "_RELEASE_P")
    )


def environment(
    process: Process, local: Mapping[str, str], inherited: Mapping[str, str]
) -> dict[str, str]:
    """The environment of a process: what is inherited and what the local file adds, less other processes' secrets.

    ORSEN_ENV_FILE=none keeps the settings from reading the file, which holds everybody's.
    """
    merged = {**local, **inherited}
    # On a machine where one is root anyway, Celery's page of advice about it buries the log.
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    allowed = {
        key: value for key, value in merged.items() if not is_secret(key) or key in process.secrets
    }
    return (
        allowed
        | quiet
        | {
            "ORSEN_ENV_FILE": "none",
            "DJANGO_SETTINGS_MODULE": inherited_settings(inherited),
        }
    )


def inherited_settings(inherited: Mapping[str, str]) -> str:
    """The settings module: the demo's unless the environment names another."""
    return inherited.get("DJANGO_SETTINGS_MODULE", "orsen.settings.demo")


def worker(queue: str, secrets: frozenset[str]) -> Process:
    """A Celery worker that serves one queue, one job at a time."""
    command = (
        str(BIN / "celery"), "--quiet", "-A", "orsen", "worker", "--queues", queue, "--hostname", f"{queue}@%h",
        "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
    )  # fmt: skip
    return Process(f"worker-{queue}", command, secrets)


def processes(port: int) -> list[Process]:
    """Web server on the loopback, one worker a queue, scheduler."""
    schedule = ROOT / ".local/run/beat-schedule"
    return [
        Process(
            "web",
            (
                str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
                "--workers", "2", "--blocking-threads", "2", "--respawn-failed-workers", "--access-log",
                "--access-log-fmt", "%(method)s %(path)s %(status)d %(dt_ms).0f ms", "--log-level", "warning",
                "orsen.wsgi:application",
            ),
        ),
        worker("jobs", EVERYBODY),
        worker("report", RELEASES),
        Process(
            "scheduler",
            (
                str(BIN / "celery"), "--quiet", "-A", "orsen", "beat", "--schedule", str(schedule), "--pidfile=",
                "--loglevel", "WARNING",
            ),
        ),
    ]  # fmt: skip
