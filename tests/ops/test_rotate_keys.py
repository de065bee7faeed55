"""Keys are renewed without shutting anybody out, and the old ones end when their time is over."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.ops.installation import Installation

COUNT_SITES = """
from accounts.models import Organisation
from tenants.stock.models import Site
from tenants.wall.context import Scope, open_scope
landlord = Organisation.objects.get(short_name="Amandier")
with open_scope(Scope("landlord", landlord.pk, 0)):
    print(Site.objects.count() > 0)
"""
SIGNED = "from django.core import signing; print(signing.dumps('bonjour'))"


def reads(installation: Installation, **variables: str) -> bool:
    """Whether a landlord's scope opens with the keys of this environment."""
    result = installation.manage("shell", "--no-imports", "-c", COUNT_SITES, **variables)
    return result.returncode == 0 and result.stdout.strip() == "True"


def test_the_walls_old_key_is_valid_during_the_overlap_and_no_longer(
    installation: Installation,
) -> None:
    old = installation.variables()["ORSEN_WALL_KEY"]
    printed = installation.succeed("rotate_keys", "wall", "--overlap-hours", "1")
    new = installation.variables()["ORSEN_WALL_KEY"]
    assert new != old
    assert "Redémarrez tous les processus" in printed
    assert reads(installation)
    assert reads(installation, ORSEN_WALL_KEY=old)

    installation.succeed("rotate_keys", "wall", "--overlap-hours", "0")
    assert reads(installation)
    assert not reads(installation, ORSEN_WALL_KEY=new)
    assert not reads(installation, ORSEN_WALL_KEY=old), "a key that has leaked must end at once"


def test_a_key_that_postgresql_never_saw_opens_nothing(installation: Installation) -> None:
    assert not reads(installation, ORSEN_WALL_KEY="ab" * 32)


def test_what_djangos_old_key_signed_stays_valid_until_forgotten(
    installation: Installation,
) -> None:
    signed = installation.python(SIGNED)
    check = f"from django.core import signing; print(signing.loads({signed!r}))"
    installation.succeed("rotate_keys", "secret")
    assert installation.python(check) == "bonjour"
    assert installation.python(SIGNED).split(":")[2] != signed.split(":")[2]
    installation.succeed("rotate_keys", "forget")
    result = installation.manage("shell", "--no-imports", "-c", check)
    assert "BadSignature" in result.stderr


def test_the_logins_get_new_passwords(installation: Installation) -> None:
    before = installation.variables()
    installation.succeed("rotate_keys", "passwords")
    after = installation.variables()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        "ORSEN_DB_WEB_PASSWORD",
        "ORSEN_DB_OWNER_PASSWORD",
        "ORSEN_DB_REPORT_PASSWORD",
    }
    assert reads(installation)
    assert installation.as_owner("SELECT current_user") == "orsen_owner"
    assert not reads(installation, ORSEN_DB_WEB_PASSWORD=before["ORSEN_DB_WEB_PASSWORD"])


def test_the_secret_of_the_releases_outlives_a_renewal_of_the_passwords(
    installation: Installation, tmp_path: Path
) -> None:
    lines = installation.env_file.read_text().splitlines()
    installation.env_file.write_text(
        "\n".join(line for line in lines if not line.startswith("ORSEN_RELEASE_P=")) + "\n"
    )
    ask = "from django.conf import settings; print(settings.ORSEN_RELEASE_P)"
    before = installation.python(ask)
    installation.succeed("rotate_keys", "passwords")
    assert 10 <= int(before) <= 20
    assert installation.python(ask) == before


@pytest.mark.parametrize("what", ["wall", "passwords"])
def test_a_database_that_does_not_answer_leaves_the_file_as_it_was(
    installation: Installation, what: str
) -> None:
    before = installation.env_file.read_text()
    refused = installation.refuse("rotate_keys", what, ORSEN_DB_PORT="1")
    assert "La base ne répond pas" in refused
    assert installation.env_file.read_text() == before


def test_the_file_stays_private_and_keeps_its_comments(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "site.env"
    file.write_text("# the landlords' platform\n" + installation.env_file.read_text())
    installation.succeed("rotate_keys", "secret", "--env-file", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("# the landlords' platform\n")
    assert [path.name for path in tmp_path.iterdir()] == ["site.env"]


def test_without_a_file_the_command_asks_for_one(installation: Installation) -> None:
    variables = installation.variables()
    refused = installation.refuse("rotate_keys", "secret", **variables | {"ORSEN_ENV_FILE": "none"})
    assert "--env-file" in refused


def test_a_negative_overlap_is_refused(installation: Installation) -> None:
    assert "négatif" in installation.refuse("rotate_keys", "wall", "--overlap-hours=-1")
