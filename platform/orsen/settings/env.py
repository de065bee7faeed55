"""Read settings from the environment and, on a developer's machine, from `.local/orsen.env`.

The file is written by `scripts/local_services.py`; a variable of the environment always wins. `ORSEN_ENV_FILE` names
another file, or `none`: the web server and the workers are started so, each with its own secrets and no other
(`scripts/stack_processes.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[3]


def _local_file() -> dict[str, str]:
    named = os.environ.get("ORSEN_ENV_FILE", "")
    if named == "none":
        return {}
    path = Path(named) if named else ROOT / ".local" / "orsen.env"
    if not named and not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


_LOCAL = _local_file()


def text(name: str, default: str | None = None) -> str:
    """The value of a setting.

    Raises ImproperlyConfigured when it is absent and has no default.
    """
    value = os.environ.get(name, _LOCAL.get(name, default))
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Run scripts/local_services.py start on a developer's machine, "
            "or set it in the environment (docs/settings.md)."
        )
    return value


def integer(name: str, default: int | None = None) -> int:
    """The value of a whole-number setting. Raises ImproperlyConfigured when absent or not a number."""
    value = text(name, None if default is None else str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def flag(name: str, *, default: bool = False) -> bool:
    """The value of a yes/no setting: 1, true, yes, on (any case) mean yes."""
    return text(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """The value of a comma-separated setting."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
