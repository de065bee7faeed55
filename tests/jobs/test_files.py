"""A result file is whole or absent."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test.utils import override_settings

from tenants.jobs.files import write_durably


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


def test_the_file_is_private_and_its_digest_is_told(media: Path) -> None:
    written = write_durably("rapports/a.pdf", b"abc")
    assert (media / written.path).read_bytes() == b"abc"
    assert written.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert written.size == 3
    assert stat.S_IMODE((media / written.path).stat().st_mode) == 0o600


def test_a_failure_leaves_neither_a_half_nor_the_loss_of_the_old_one(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_durably("a.pdf", b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_durably("a.pdf", b"new")
    assert [path.name for path in media.iterdir()] == ["a.pdf"]
    assert (media / "a.pdf").read_bytes() == b"old"


def test_a_path_that_leaves_the_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        write_durably("../a.pdf", b"abc")
