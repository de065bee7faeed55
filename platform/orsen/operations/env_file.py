"""The file that holds an installation's secrets: read it, and replace it in one go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from orsen.operations.postgresql import OperationError
from orsen.settings import env


def default_path() -> Path:
    """The file that the settings read here. Raises OperationError where they read none."""
    named = os.environ.get("ORSEN_ENV_FILE", "")
    if named == "none":
        raise OperationError(_("Aucun fichier de réglages ici : nommez-le avec --env-file."))
    return Path(named) if named else env.ROOT / ".local" / "orsen.env"


def read(path: Path) -> dict[str, str]:
    """Its variables. Raises OperationError when it is not there."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OperationError(
            _("« %(path)s » ne se lit pas : %(error)s") % {"path": path, "error": error}
        ) from error
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def staged(path: Path, changes: Mapping[str, str]) -> Path:
    """Write the changed file beside the old one, on the disk for good; `commit` puts it in place.

    Between the two the new secrets are set in PostgreSQL: whatever breaks then, they are not lost. Comments and the
    order of lines are kept; variables that are new come last.
    """
    left = dict(changes)
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name = line.split("=", 1)[0]
        lines.append(f"{name}={left.pop(name)}" if "=" in line and name in left else line)
    lines += [f"{name}={value}" for name, value in sorted(left.items())]
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        output.write("\n".join(lines) + "\n")
        output.flush()
        os.fsync(output.fileno())
    if os.geteuid() == 0:
        owner = path.stat()
        os.chown(beside, owner.st_uid, owner.st_gid)
    return beside


def commit(beside: Path) -> None:
    """Put the staged file in place."""
    beside.rename(beside.with_name(beside.name.removesuffix(".new")))
