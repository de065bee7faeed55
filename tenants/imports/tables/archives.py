"""Zips: what they hold is judged from their directory before anything is unpacked. Imports no Django."""

from __future__ import annotations

import stat
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from tenants.imports.tables.text_files import NotATableError

MOST_MEMBERS = 2_000
MOST_UNPACKED = 800 << 20
MOST_RATIO = 120
RATIO_COUNTS_FROM = 20 << 20  # a small file may well be repetitive
ENCRYPTED = 0x1


def checked_members(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The members of a zip that unpacks within bounds and stays in its folder; the file is left at its start.

    Raises NotATableError for a damaged one, a bomb, a member named outside the archive, a link, a locked member.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotATableError("broken_workbook") from error
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    bomb = unpacked > RATIO_COUNTS_FROM and unpacked / packed > MOST_RATIO
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or bomb:
        raise NotATableError("unpacks_too_big")
    for member in members:
        if member.flag_bits & ENCRYPTED:
            raise NotATableError("locked_archive")
        if _leads_outside(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
            raise NotATableError("archive_outside")
    file.seek(0)
    return members


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name
