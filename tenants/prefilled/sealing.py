"""The seal of each row of a pre-filled file: which file, which row, and a digest that only this installation can write."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.crypto import salted_hmac

SALT: Final = "tenants.prefilled.row"
DIGITS: Final = 32  # of the hexadecimal digest: 128 bits
COLUMN: Final = "Sceau ORSEN (ne pas modifier)"


class BadSealError(ValueError):
    """The text is no seal of this landlord's files."""


def seal(landlord_id: int, file_key: UUID, number: int, site_key: str, cells: Sequence[str]) -> str:
    """`<file key>.<row>.<digest>`: the digest covers the landlord, the file, the row, the site and its fixed cells."""
    said = "\x1f".join([str(landlord_id), file_key.hex, str(number), site_key, *cells])
    digest = salted_hmac(SALT, said, algorithm="sha256").hexdigest()[:DIGITS]
    return f"{file_key.hex}.{number}.{digest}"


def read_seal(text: str) -> tuple[UUID, int]:
    """The file and the row that a seal names, before anything of it is believed. Raises BadSealError."""
    parts = text.strip().split(".")
    if len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > 7 or len(parts[2]) != DIGITS:
        raise BadSealError(text[:80])
    try:
        return UUID(hex=parts[0]), int(parts[1])
    except ValueError as error:
        raise BadSealError(text[:80]) from error


def holds(text: str, expected: str) -> bool:
    """Whether the seal is the expected one, in constant time."""
    return hmac.compare_digest(text.strip().encode(), expected.encode())
