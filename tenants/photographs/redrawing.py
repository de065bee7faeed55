"""Have a received picture redrawn in a confined process: a small JPEG that carries nothing but what is seen."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from tenants.imports.confining import environment
from tenants.photographs.child import TOO_LARGE

MOST_BYTES: Final = 15 << 20
MOST_PIXELS: Final = 50_000_000
SIDE: Final = 1_600  # pixels of the longer side that is kept
MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 15
WALL_SECONDS: Final = 30
JPEG: Final = b"\xff\xd8\xff"
PNG: Final = b"\x89PNG\r\n\x1a\n"
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that say the size


class PictureRefusedError(Exception):
    """A file that is not kept, with a sentence that says what to do."""


@dataclass(frozen=True)
class Picture:
    """A redrawn picture."""

    content: bytes
    width: int
    height: int


def redraw(received: bytes) -> Picture:
    """The picture as it is kept. Raises PictureRefusedError for anything but a JPEG, PNG or WebP within bounds."""
    if len(received) > MOST_BYTES:
        raise PictureRefusedError(
            _("Cette photographie dépasse 15 Mo : réduisez-la, puis joignez-la à nouveau.")
        )
    if not is_picture(received):
        raise not_a_picture()
    asked = {"memory": MEMORY, "cpu": CPU_SECONDS, "side": SIDE, "pixels": MOST_PIXELS}
    command = [sys.executable, "-I", "-m", "tenants.photographs.child", json.dumps(asked)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter, no shell, the picture as standard input
            command,
            input=received,
            capture_output=True,
            env=environment(),
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise not_a_picture() from error
    if done.returncode == TOO_LARGE:
        raise PictureRefusedError(
            _("Cette photographie a plus de 50 millions de pixels : réduisez-la, puis joignez-la.")
        )
    if done.returncode or not done.stdout.startswith(JPEG):
        raise not_a_picture()
    return Picture(done.stdout, *_size(done.stdout))


def is_picture(received: bytes) -> bool:
    """Whether the first bytes are those of one of the three formats; the name of the file says nothing."""
    return (
        received.startswith((JPEG, PNG)) or (received[:4] == b"RIFF" and received[8:12] == b"WEBP")
    )  # fmt: skip


def not_a_picture() -> PictureRefusedError:
    """The refusal of what cannot be read."""
    return PictureRefusedError(
        _(
            "Ce fichier n’est pas une photographie lisible (JPEG, PNG ou WebP). Choisissez-en une autre."
        )
    )


def _size(content: bytes) -> tuple[int, int]:
    """Width and height of a JPEG that we wrote: its frame header."""
    at = 2
    while at + 9 < len(content):
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise not_a_picture()
