"""An upgrade migrates behind a backup, and changes nothing without one."""

from __future__ import annotations

from pathlib import Path

from tests.ops.installation import Installation

HAS_SESSIONS = "SELECT to_regclass('public.django_session') IS NOT NULL"
WALL = "SELECT count(*) FROM pg_policies"


def go_back(installation: Installation) -> None:
    """Bring the database to a state that the code is ahead of."""
    installation.succeed("migrate", "--database=owner", "sessions", "zero")
    assert installation.as_owner(HAS_SESSIONS) == "False"


def test_the_database_comes_up_to_the_code_behind_a_backup(
    installation: Installation, tmp_path: Path
) -> None:
    policies = installation.as_owner(WALL)
    go_back(installation)
    printed = installation.succeed("upgrade", tmp_path)
    (archive,) = tmp_path.glob("orsen-*.tar")
    assert str(archive) in printed
    assert "Base à niveau" in printed
    assert installation.as_owner(HAS_SESSIONS) == "True"
    assert installation.as_owner(WALL) == policies


def test_without_a_backup_nothing_changes(installation: Installation, tmp_path: Path) -> None:
    go_back(installation)
    file = tmp_path / "not a folder"
    file.touch()
    refused = installation.refuse("upgrade", file)
    assert "n’a rien changé" in refused
    assert installation.as_owner(HAS_SESSIONS) == "False"
    installation.succeed("migrate", "--database=owner", "--noinput")
