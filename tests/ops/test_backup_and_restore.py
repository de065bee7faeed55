"""A backup comes back on an empty machine, wall included; nothing half-done is left when something is wrong."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from tests.ops.installation import Installation

SITES = "SELECT landlord_id || '/' || code || '/' || st_astext(geom) FROM tenants_site ORDER BY 1"
WALL = (
    "SELECT tablename || ' ' || policyname || ' ' || roles::text || ' ' || coalesce(qual, '') "
    "FROM pg_policies ORDER BY 1"
)
GRANTS = (
    "SELECT table_name || ' ' || grantee || ' ' || privilege_type FROM information_schema.role_table_grants "
    "WHERE table_schema = 'public' AND grantee LIKE 'orsen%' ORDER BY 1"
)
FORCED = "SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY 1"
LEAKPROOF = "SELECT proname FROM pg_proc WHERE proleakproof AND proname IN ('geometry_overlaps', 'geometry_within') ORDER BY 1"
TRIGGERS = "SELECT tgname || ' ' || tgrelid::regclass || ' ' || tgfoid::regproc FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
SHARED = "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'shared' ORDER BY 1"
READ_AS_LANDLORD = """
from accounts.models import Organisation
from tenants.stock.models import Site
from tenants.wall.context import Scope, open_scope
for name in ("Amandier", "Bouleau"):
    landlord = Organisation.objects.get(short_name=name)
    with open_scope(Scope("landlord", landlord.pk, 0)):
        print(name, sorted({site.landlord_id == landlord.pk for site in Site.objects.all()}), Site.objects.count())
"""


def members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def test_an_installation_comes_back_on_an_empty_machine(
    installation: Installation, other: Installation, tmp_path: Path
) -> None:
    archive = Path(installation.succeed("backup", tmp_path / "backups").splitlines()[-1])
    printed = other.succeed("restore", archive)
    assert "restaurée" in printed
    for query in (SITES, WALL, GRANTS, FORCED, LEAKPROOF, TRIGGERS, SHARED):
        expected = installation.as_owner(query)
        assert expected
        assert other.as_owner(query) == expected
    for file in ("sites/façade.jpg", "rapports/2026.pdf"):
        assert (other.media / file).read_bytes() == (installation.media / file).read_bytes()
    # The other machine signs with a key of its own: landlords read their own sites, and only these.
    read = other.python(READ_AS_LANDLORD)
    assert read == installation.python(READ_AS_LANDLORD)
    assert [line.split()[1] for line in read.splitlines()] == ["[True]", "[True]"]
    # New rows get new numbers: the sequences came back too.
    other.python(
        "from accounts.models import LandlordGroup; LandlordGroup.objects.using('owner').create(name='Nouveau')"
    )

    refused = other.refuse("restore", archive)
    assert "n’est pas vide" in refused

    again = other.refuse("restore", archive, ORSEN_MEDIA_ROOT=str(tmp_path / "elsewhere"))
    assert "contient déjà des données" in again
    assert not (tmp_path / "elsewhere").exists()


def test_the_archive_holds_no_key_and_no_session(
    installation: Installation, tmp_path: Path
) -> None:
    archive = Path(installation.succeed("backup", tmp_path))
    content = members(archive)
    manifest = json.loads(content["manifest.json"])
    assert set(content) == {*manifest["files"], "manifest.json"}
    assert manifest["rows"]["tenants_site"] == len(installation.as_owner(SITES).splitlines())
    assert "django_session" not in manifest["rows"]
    raw = archive.read_bytes()
    for name, value in installation.variables().items():
        if name.endswith(("_KEY", "_PASSWORD")):
            assert value.encode() not in raw, name
    assert bytes.fromhex(installation.variables()["ORSEN_WALL_KEY"]) not in raw


def test_only_the_newest_backups_are_kept(installation: Installation, tmp_path: Path) -> None:
    for day in ("01", "02", "03"):
        (tmp_path / f"orsen-202001{day}T000000Z.tar").touch()
    (tmp_path / "notes.tar").touch()
    made = Path(installation.succeed("backup", tmp_path, "--keep", "2"))
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"notes.tar", "orsen-20200103T000000Z.tar", made.name}


def test_a_table_that_the_dump_would_miss_stops_the_backup(
    installation: Installation, tmp_path: Path
) -> None:
    installation.python(
        SUPERUSER + "c.execute('CREATE SCHEMA aside; CREATE TABLE aside.notes (n int)')"
    )
    try:
        refused = installation.refuse("backup", tmp_path)
        assert "aside.notes" in refused
        assert not list(tmp_path.iterdir())
    finally:
        installation.python(SUPERUSER + "c.execute('DROP SCHEMA aside CASCADE')")


SUPERUSER = """
from django.conf import settings
from orsen.operations.env_file import default_path, read
from orsen.operations.keys import superuser
c = superuser(read(default_path())).connect(settings.DATABASES["default"]["NAME"]).cursor()
"""


def test_a_backup_that_cannot_be_written_leaves_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    refused = installation.refuse("backup", tmp_path, ORSEN_DB_PORT="1")
    assert "La base ne répond pas" in refused
    file = tmp_path / "a file"
    file.touch()
    assert "n’a pas pu être écrite" in installation.refuse("backup", file)
    assert list(tmp_path.iterdir()) == [file]


def test_a_backup_needs_the_owners_password(installation: Installation, tmp_path: Path) -> None:
    variables = installation.variables()
    variables.pop("ORSEN_DB_OWNER_PASSWORD")
    file = tmp_path / "web.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    refused = installation.refuse("backup", tmp_path / "backups", ORSEN_ENV_FILE=str(file))
    assert "ORSEN_DB_OWNER_PASSWORD" in refused


def test_a_damaged_or_newer_backup_touches_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    archive = Path(installation.succeed("backup", tmp_path))
    content = members(archive)
    target = {"ORSEN_DB_NAME": "orsen_untouched", "ORSEN_MEDIA_ROOT": str(tmp_path / "media")}

    damaged = tmp_path / "damaged.tar"
    rewrite(damaged, content | {"media/sites/façade.jpg": b"another picture"})
    assert "façade.jpg" in installation.refuse("restore", damaged, **target)

    manifest = json.loads(content["manifest.json"])
    manifest["migrations"].append("tenants.9999_from_next_year")
    newer = tmp_path / "newer.tar"
    rewrite(newer, content | {"manifest.json": json.dumps(manifest).encode()})
    assert "tenants.9999_from_next_year" in installation.refuse("restore", newer, **target)

    databases = installation.as_owner("SELECT datname FROM pg_database")
    assert "orsen_untouched" not in databases
    assert not (tmp_path / "media").exists()


def rewrite(path: Path, content: dict[str, bytes]) -> None:
    """An archive with this content, the manifest last."""
    import io

    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(content, key=lambda name: name == "manifest.json"):
            info = tarfile.TarInfo(name)
            info.size = len(content[name])
            tar.addfile(info, io.BytesIO(content[name]))


def test_rows_that_do_not_come_back_are_told(installation: Installation, tmp_path: Path) -> None:
    archive = Path(installation.succeed("backup", tmp_path))
    content = members(archive)
    manifest = json.loads(content["manifest.json"])
    manifest["rows"]["tenants_site"] += 1
    short = tmp_path / "short.tar"
    rewrite(short, content | {"manifest.json": json.dumps(manifest).encode()})
    refused = installation.refuse(
        "restore", short, ORSEN_DB_NAME="orsen_short", ORSEN_MEDIA_ROOT=str(tmp_path / "media")
    )
    assert "tenants_site" in refused
