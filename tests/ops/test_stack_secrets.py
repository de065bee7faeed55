"""Each process of the stack knows its own secrets and no other's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.stack_processes import RELEASES, Process, environment, is_secret, processes

LOCAL = {
    "ORSEN_SECRET_KEY": "s",
    "ORSEN_SECRET_KEY_FALLBACKS": "former",
    "ORSEN_RELEASE_P": "13",
    "ORSEN_WALL_KEY": "00",
    "ORSEN_DB_PORT": "5555",
    "ORSEN_DB_WEB_PASSWORD": "w",
    "ORSEN_DB_OWNER_PASSWORD": "o",
    "ORSEN_DB_REPORT_PASSWORD": "r",
    "ORSEN_DB_SUPERUSER_PASSWORD": "su",
    "ORSEN_REDIS_PASSWORD": "re",
}
OF_RELEASES = {"ORSEN_DB_REPORT_PASSWORD", "ORSEN_RELEASE_P"}
PRIVATE = {"ORSEN_DB_OWNER_PASSWORD", "ORSEN_DB_SUPERUSER_PASSWORD"} | OF_RELEASES


def of(name: str) -> dict[str, str]:
    process = next(process for process in processes(8000) if process.name == name)
    return environment(process, LOCAL, {"PATH": "/bin"} | dict.fromkeys(PRIVATE, "inherited"))


@pytest.mark.parametrize("name", ["web", "worker-jobs", "scheduler"])
def test_the_web_side_is_given_no_password_but_its_own(name: str) -> None:
    given = of(name)
    assert not PRIVATE & given.keys()
    assert given["ORSEN_DB_WEB_PASSWORD"] == "w"
    assert given["ORSEN_SECRET_KEY_FALLBACKS"] == "former", "sessions outlive a renewal of the key"
    assert given["ORSEN_DB_PORT"] == "5555"


def test_the_report_worker_is_given_the_report_password_and_never_the_owners() -> None:
    given = of("worker-report")
    assert PRIVATE & given.keys() == OF_RELEASES


def test_a_secret_that_nobody_was_granted_stays_out() -> None:
    local = LOCAL | {"ORSEN_NEW_THING_KEY": "x", "ORSEN_LOG_LEVEL": "DEBUG"}
    given = environment(Process("any", ("true",), RELEASES), local, {})
    assert "ORSEN_NEW_THING_KEY" not in given
    assert given["ORSEN_LOG_LEVEL"] == "DEBUG"


def test_every_password_and_key_written_by_the_local_services_counts_as_a_secret(
    tmp_path: Path,
) -> None:
    source = Path(__file__).parents[2] / "scripts/local_services.py"
    named = {
        word.strip("\"':,") for word in source.read_text().split() if word.startswith('"ORSEN_')
    }
    plain = {"ORSEN_DB_NAME", "ORSEN_DB_HOST", "ORSEN_DB_PORT", "ORSEN_REDIS_PORT"}
    assert {name for name in named if not is_secret(name)} == plain


def read_setting(name: str, **variables: str) -> str:
    """What a fresh process reads through the settings' own door."""
    program = f"from orsen.settings import env; print(env.text({name!r}, 'absent'))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() or result.stderr.strip().splitlines()[-1]


def test_a_process_told_not_to_read_the_file_finds_nothing_in_it(tmp_path: Path) -> None:
    file = tmp_path / "some.env"
    file.write_text("ORSEN_DB_OWNER_PASSWORD=from-the-file\n")
    assert read_setting("ORSEN_DB_OWNER_PASSWORD", ORSEN_ENV_FILE=str(file)) == "from-the-file"
    assert read_setting("ORSEN_DB_OWNER_PASSWORD", ORSEN_ENV_FILE="none") == "absent"


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    answer = read_setting("ORSEN_DB_OWNER_PASSWORD", ORSEN_ENV_FILE=str(tmp_path / "lost.env"))
    assert "FileNotFoundError" in answer
