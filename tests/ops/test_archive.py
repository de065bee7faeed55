"""A backup's archive comes back as it was, and one that is damaged, cut or forged is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from orsen.operations import archive
from orsen.operations.postgresql import OperationError


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """An archive of a small dump and two files."""
    media = tmp_path / "media"
    (media / "sites/a").mkdir(parents=True)
    (media / "sites/a/façade.jpg").write_bytes(b"picture" * 5000)
    (media / "empty.bin").write_bytes(b"")
    dump = tmp_path / "x.dump"
    dump.write_bytes(b"rows" * 100_000)
    manifest = archive.Manifest(
        "2026-01-01T00:00:00+00:00", "orsen", 150018, ["tenants.0001_initial"], {"a": 1}
    )
    path = tmp_path / "backup.tar"
    archive.write(path, dump, media, manifest)
    return path


def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def test_it_comes_back_as_it_was(whole: Path, tmp_path: Path) -> None:
    folder = target(tmp_path)
    manifest = archive.unpack(whole, folder)
    assert manifest.rows == {"a": 1}
    assert set(manifest.files) == {"database.dump", "media/empty.bin", "media/sites/a/façade.jpg"}
    assert (folder / "database.dump").read_bytes() == b"rows" * 100_000
    assert (folder / "media/sites/a/façade.jpg").read_bytes() == b"picture" * 5000


def test_only_its_owner_can_read_it(whole: Path) -> None:
    assert whole.stat().st_mode & 0o777 == 0o600


def test_nothing_unfinished_is_left_beside_it(whole: Path, tmp_path: Path) -> None:
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("position", [600, 200_000, 405_000])
def test_one_changed_byte_is_noticed(whole: Path, tmp_path: Path, position: int) -> None:
    content = bytearray(whole.read_bytes())
    content[position] ^= 1
    whole.write_bytes(content)
    with pytest.raises(OperationError, match=r"abîmée|ne se lit pas"):
        archive.unpack(whole, target(tmp_path))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.97])
def test_an_archive_cut_short_is_refused(whole: Path, tmp_path: Path, share: float) -> None:
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content.rstrip(b"\0")) * share)])
    with pytest.raises(OperationError, match=r"incomplète|ne se lit pas"):
        archive.unpack(whole, target(tmp_path))


@pytest.mark.parametrize(
    "name", ["../outside", "media/../../outside", "/etc/outside", "media", "other.txt"]
)
def test_a_name_that_a_backup_never_holds_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "forged.tar"
    with tarfile.open(path, "w") as forged:
        info = tarfile.TarInfo(name)
        info.size = 1
        forged.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(OperationError, match="ne se lit pas"):
        archive.unpack(path, target(tmp_path))
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "forged.tar"
    with tarfile.open(path, "w") as forged:
        info = tarfile.TarInfo("media/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        forged.addfile(info)
    with pytest.raises(OperationError, match="ne se lit pas"):
        archive.unpack(path, target(tmp_path))


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Bonjour")
    with pytest.raises(OperationError, match="ne se lit pas"):
        archive.unpack(path, target(tmp_path))
