"""QGIS of the distribution, without a screen, opens the layer of a running server and the project that the page gives."""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from sharing.ogc import tokens
from tests.cast import make_cast
from tests.ogc.test_programs import address, end, near, shown

__all__ = ["address"]
PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("qgis_reading.py")


@functools.cache
def qgis_is_there() -> bool:
    """Whether the distribution's Python knows QGIS."""
    asked = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    return asked.returncode == 0


pytestmark = [
    pytest.mark.commits,
    pytest.mark.skipif(not qgis_is_there(), reason="QGIS is not installed: apt-get install python3-qgis"),
]  # fmt: skip


def qgis(folder: Path, *words: str) -> dict[str, Any]:
    """What QGIS read, with a profile of its own in that folder."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [PYTHON, str(SCRIPT), *words],
        env={
            "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip(), done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def placed(found: dict[str, Any]) -> list[tuple[str, float, float]]:
    return [(name, x, y) for name, x, y in found["features"]]


def test_qgis_opens_the_layer_pages_filters_and_is_shut_out(address: str, tmp_path: Path) -> None:
    cast = make_cast()
    token = tokens.make(cast.police.principal, cast.convention.key, "QGIS")[1]
    wanted = shown(cast.police)
    whole = qgis(tmp_path, "layer", f"{address}/ogc/", token)
    assert whole["valid"], whole
    assert whole["level"]
    assert near(placed(whole), wanted)
    first = wanted[0]
    box = [str(each) for each in (first[1] - 20, first[2] - 20, first[1] + 20, first[2] + 20)]
    inside = qgis(tmp_path, "layer", f"{address}/ogc/", token, *box)
    assert {each[0] for each in placed(inside)} == {
        each[0]
        for each in wanted
        if abs(each[1] - first[1]) <= 20 and abs(each[2] - first[2]) <= 20
    }
    # The project as the page writes it: its layer is found, drawn by level, on a map in EPSG:2154.
    project = tmp_path / "orsen.qgs"
    context = {"address": f"{address}/ogc/", "token": token}
    project.write_text(render_to_string("ogc/project.qgs.xml", context), encoding="utf-8")
    opened = qgis(tmp_path, "project", str(project))
    assert opened["opened"], opened
    assert opened["valid"], opened
    assert (opened["layers"], opened["project_crs"], opened["renderer"]) == (1, "EPSG:2154", "categorizedSymbol")  # fmt: skip
    assert opened["shown"] == ["orsen_sites"]
    assert near(placed(opened), wanted)
    end(cast)
    assert not qgis(tmp_path, "layer", f"{address}/ogc/", token)["valid"]
