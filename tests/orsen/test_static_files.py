"""What pages load: names follow the content, imports between the map's scripts follow the names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from orsen.static_files import StaticFiles

SCRIPTS = Path(__file__).parents[2] / "frontend" / "dist"


@pytest.fixture
def gathered(tmp_path: Path, settings: Any) -> Path:
    """The map's scripts as `collectstatic` leaves them."""
    from django.core.files.storage import FileSystemStorage

    source = FileSystemStorage(SCRIPTS)
    storage = StaticFiles(location=str(tmp_path), base_url="/static/")
    names = ["map-engine.js", "map-shared.js", "map-worker.js"]
    paths = {f"app/{name}": (source, name) for name in names}
    for name in names:
        with source.open(name) as script:
            storage.save(f"app/{name}", script)
    for _name, _hashed, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception), processed
    return tmp_path / "app"


def test_engine_and_worker_import_the_very_file_that_the_page_preloads(gathered: Path) -> None:
    (shared,) = gathered.glob("map-shared.????????????.js")
    for name in ("map-engine", "map-worker"):
        (script,) = gathered.glob(f"{name}.????????????.js")
        assert re.findall(r'from"\./([^"]+)"', script.read_text(encoding="utf-8")) == [shared.name]


def test_each_script_stands_compressed_both_ways_and_the_map_stays_within_its_weight(
    gathered: Path,
) -> None:
    names = ("map-engine", "map-shared", "map-worker")
    heavy = [next(gathered.glob(f"{name}.????????????.js.br")).stat().st_size for name in names]
    assert sum(heavy) < 300_000
    assert all(list(gathered.glob(f"{name}.????????????.js.gz")) for name in names)
