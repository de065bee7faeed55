"""Write a result file so that it is either whole or absent, whatever happens to the machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class WrittenFile:
    """A file under MEDIA_ROOT: its path relative to it, its SHA-256 (hexadecimal) and its size in bytes."""

    path: str
    sha256: str
    size: int


def write_durably(path: str, content: bytes) -> WrittenFile:
    """Write `content` at `path` (relative to MEDIA_ROOT): temporary file, fsync, rename, fsync of the folder.

    Readable by the product's account only. Write the row that names the file after this returns. Raises OSError
    when the disk refuses, ValueError for a path that leaves MEDIA_ROOT.
    """
    root = Path(settings.MEDIA_ROOT).resolve()
    target = (root / path).resolve()
    if not target.is_relative_to(root):
        raise ValueError(f"{path!r} is outside the folder of files.")
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".partial-")
    try:
        with os.fdopen(descriptor, "wb") as stream:  # mkstemp makes it readable by the owner only
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return WrittenFile(
        str(target.relative_to(root)), hashlib.sha256(content).hexdigest(), len(content)
    )
