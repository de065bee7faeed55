"""What the tests of meetings stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import Cast
from tests.meetings.scene import Scene, make_scene


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    """Files in a folder of the test."""
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The forum and its meeting."""
    return make_scene(cast)
