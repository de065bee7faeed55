"""A whole installation of the tests' own: its cluster, its Redis, its secrets, its files, far from the checkout's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Installation:
    """Another machine, as far as the product can tell."""

    def __init__(self, folder: Path) -> None:
        self.local = folder / "local"
        self.media = folder / "media"
        self.env_file = self.local / "orsen.env"
        self.local.mkdir(parents=True)

    @property
    def environment(self) -> dict[str, str]:
        """What its operator's shell holds."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "ORSEN_LOCAL": str(self.local),
            "ORSEN_ENV_FILE": str(self.env_file),
            "ORSEN_MEDIA_ROOT": str(self.media),
            "ORSEN_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "orsen.settings.demo",
        }

    def services(self, command: str) -> None:
        """Start, stop or destroy its PostgreSQL and Redis."""
        subprocess.run(
            [sys.executable, ROOT / "scripts/local_services.py", command],
            env=self.environment,
            check=True,
        )

    def manage(self, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a management command, whatever comes of it."""
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *words],
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def succeed(self, *words: str | Path, **variables: str) -> str:
        """Run a management command that must succeed; return what it prints."""
        result = self.manage(*words, **variables)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.strip()

    def refuse(self, *words: str | Path, **variables: str) -> str:
        """Run a management command that must be refused; return its words."""
        result = self.manage(*words, **variables)
        assert result.returncode != 0, result.stdout
        assert "Traceback" not in result.stderr, result.stderr
        return result.stderr

    def python(self, program: str) -> str:
        """Run Python statements in the product; return what they print."""
        return self.succeed("shell", "--no-imports", "-c", program)

    def as_owner(self, query: str) -> str:
        """The first column of a query's rows, as the owner, one a line."""
        return self.python(
            "from django.db import connections\n"
            "c = connections['owner'].cursor()\n"
            f"c.execute({query!r})\n"
            "print(*(row[0] for row in c.fetchall()), sep='\\n')"
        )

    def variables(self) -> dict[str, str]:
        """Its file of settings."""
        pairs = (line.split("=", 1) for line in self.env_file.read_text().splitlines())
        return dict(pair for pair in pairs if len(pair) == 2)
