"""The child process that opens a stranger's picture: `python -I -m … '{"memory": …}' < FILE > JPEG`.

It reads its standard input whole, loads what the three formats need, then gives up the right to open anything. What it
writes is a new picture: nothing of the received file but its pixels is carried over. Exit codes say what it refused.
"""

from __future__ import annotations

import io
import json
import sys
import zlib

from PIL import Image, ImageOps, MpoImagePlugin, UnidentifiedImageError, WebPImagePlugin

from tenants.imports.confining import limit

LOADED = (MpoImagePlugin, WebPImagePlugin)  # a telephone's JPEG may be an MPO
FORMATS = ("JPEG", "PNG", "WEBP")
NOT_A_PICTURE, TOO_LARGE, TOO_HEAVY = 3, 4, 5
QUALITY = 82


def redraw(received: bytes, side: int, most_pixels: int) -> bytes:
    """The picture upright, at most `side` pixels wide and high, on a fresh canvas. Raises OverflowError for too many pixels."""
    with Image.open(io.BytesIO(received), formats=FORMATS) as picture:
        if picture.width * picture.height > most_pixels:
            raise OverflowError(picture.size)
        picture.draft("RGB", (side, side))  # a JPEG is decoded near the size that is kept
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side))
        drawn = upright.convert("RGBA")
    # A canvas of our own: Pillow would otherwise carry comments and profiles over.
    canvas = Image.new("RGB", drawn.size, "white")
    canvas.paste(drawn, mask=drawn.getchannel("A"))
    output = io.BytesIO()
    canvas.save(output, "JPEG", quality=QUALITY, optimize=True)
    return output.getvalue()


def rehearse() -> None:
    """Redraw a picture of our own in each format: whatever Pillow loads on the way is loaded before the limits."""
    Image.preinit()
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in FORMATS:
        made = io.BytesIO()
        Image.new("RGB", (32, 16)).save(made, kind, exif=exif, xmp=b"<x:xmpmeta/>")
        redraw(made.getvalue(), 8, 1_000)


def main() -> None:
    """Read, limit, redraw; an exit code names what went wrong."""
    asked = json.loads(sys.argv[1])
    received = sys.stdin.buffer.read()
    Image.MAX_IMAGE_PIXELS = None  # counted below, before anything is decoded
    rehearse()
    limit(asked["memory"], asked["cpu"])
    try:
        drawn = redraw(received, asked["side"], asked["pixels"])
    except OverflowError:
        sys.exit(TOO_LARGE)
    except MemoryError:
        sys.exit(TOO_HEAVY)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, zlib.error):
        sys.exit(NOT_A_PICTURE)
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
