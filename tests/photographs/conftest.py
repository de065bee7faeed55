"""Pictures made here, and the campaign of the rating tests."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from tests.campaigns.conftest import campaign, draft, grid, rate

__all__ = ["campaign", "draft", "grid", "rate"]
SECRET = b"canari-48.8566-2.3522"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (640, 400), colour: str = "red", **saved: object
) -> bytes:
    """A picture with a green corner at its top left, in the given format."""
    image = Image.new("RGB", size, colour)
    image.paste("green", (0, 0, size[0] // 4, size[1] // 4))
    output = io.BytesIO()
    image.save(output, kind, **saved)
    return output.getvalue()


def telling() -> bytes:
    """A JPEG that says where and by what it was taken, in every place that may hold it, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to stand
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 23.0)
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    return (
        picture(exif=exif, comment=SECRET, icc_profile=b"profile " + SECRET, xmp=b"<x>" + SECRET)
        + SECRET
    )


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder of files of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return Path(settings.MEDIA_ROOT)


def files(media: Path) -> list[Path]:
    """Every file that is kept."""
    return [path for path in media.rglob("*") if path.is_file()]
