"""What a stranger sends becomes a small new picture that carries nothing, or a sentence."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from tenants.photographs.redrawing import MOST_BYTES, SIDE, PictureRefusedError, redraw
from tests.photographs.conftest import SECRET, picture, telling


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_become_a_jpeg_of_bounded_size(kind: str) -> None:
    drawn = redraw(picture(kind, (3000, 1500)))
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert image.format == "JPEG"
        assert image.size == (drawn.width, drawn.height) == (SIDE, SIDE // 2)


def test_nothing_but_the_pixels_is_carried_over_and_it_stands_upright() -> None:
    sent = telling()
    assert sent.count(SECRET) >= 5
    drawn = redraw(sent)
    assert SECRET not in drawn.content
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert (image.width, image.height) == (400, 640)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        # The corner was at the top left of a picture that lay on its side.
        right, left = image.getpixel((390, 10)), image.getpixel((10, 10))
    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert right[1] > 100 > right[0]
    assert left[0] > 200 > left[1]


def test_what_is_transparent_becomes_white() -> None:
    output = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(output, "PNG")
    with Image.open(io.BytesIO(redraw(output.getvalue()).content)) as image:
        assert image.getpixel((20, 20)) == (255, 255, 255)


def huge_png() -> bytes:
    """A well-formed PNG of a billion pixels in a few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 40_000, 25_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "lisible"),
        (b"<svg onload=alert(1)>", "lisible"),
        (b"%PDF-1.7", "lisible"),
        (picture("GIF"), "lisible"),
        (picture("TIFF"), "lisible"),
        (b"\xff\xd8\xff" + b"no picture behind the first bytes", "lisible"),
        (picture()[:400], "lisible"),
        (huge_png(), "50\u00a0millions"),
        (picture() + bytes(MOST_BYTES), "15\u00a0Mo"),
    ],
    ids=["empty", "svg", "pdf", "gif", "tiff", "disguised", "cut", "huge", "heavy"],
)
def test_anything_else_is_refused_in_a_sentence(sent: bytes, says: str) -> None:
    with pytest.raises(PictureRefusedError, match=says):
        redraw(sent)


def test_the_child_can_open_nothing_once_it_decodes() -> None:
    """Under its limits neither a file nor a socket: what a hostile picture takes over reaches nothing."""
    script = (
        "import socket, tenants.photographs.child as child\n"
        "child.limit(1 << 30, 5)\n"
        "for way in (lambda: open('/etc/passwd'), socket.socket):\n"
        "    try:\n"
        "        way()\n"
        "    except OSError as error:\n"
        "        print(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"24", b"24"]  # too many open files


def test_memory_is_bounded() -> None:
    asked = {"memory": 200 << 20, "cpu": 5, "side": SIDE, "pixels": 50_000_000}
    done = subprocess.run(
        [sys.executable, "-I", "-m", "tenants.photographs.child", json.dumps(asked)],
        input=picture("PNG", (7000, 7000)),
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == b""
