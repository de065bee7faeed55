"""The capture page stays light: what a caretaker's telephone loads before it answers. `make phone` takes the times."""

from __future__ import annotations

import gzip
import re

from django.conf import settings
from django.test import Client

from tests.soak.phone import MOST_BYTES, MOST_TAPS, SCRIPTS, script_bytes


def test_the_page_loads_the_scripts_that_are_weighed_and_no_other(db: None) -> None:
    page = Client().get("/saisie/").content.decode()
    loaded = re.findall(r"<script[^>]+src=\"[^\"]*/([\w.-]+\.js)\"", page)
    assert {*loaded, "capture-sw.js"} == set(SCRIPTS)


def test_the_script_is_under_its_limit() -> None:
    assert 0 < script_bytes() < MOST_BYTES
    assert MOST_TAPS == 6  # counted in a browser: tests/browser/test_capture.py


def test_everything_the_page_needs_to_start_fits_a_slow_second() -> None:
    """Page, style and script, compressed: 1.4 Mbit/s are 180 kB a second; the typeface comes after."""
    dist = settings.ROOT / "frontend" / "dist"
    names = (*SCRIPTS, "app.css", "capture.css")
    whole = sum(len(gzip.compress((dist / name).read_bytes(), 6)) for name in names)
    assert whole < 100_000
