"""The capture page on a slow telephone: `make phone` in a cluster of its own, its figures in the report."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bench.ground import ROOT, Ground
from bench.registry import Figure, subject

SUBJECT = "phone"
LIMITS = {
    "first_visit_seconds": ("interactive at the first visit", "s", 2.0),
    "later_visit_seconds": ("interactive at a later visit", "s", 2.0),
    "script_bytes": ("compressed script of the page and its worker", "bytes", 150_000),
    "taps": ("taps of a rating", "taps", 6),
}


@subject(SUBJECT)
def measure(_ground: Ground) -> list[Figure]:
    """In the checkout's own cluster: the stock of the bench plays no part, a caretaker has forty sites."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORSEN_", "DJANGO_"))}  # fmt: skip
    subprocess.run(
        [sys.executable, "scripts/local_services.py", "start"], check=True, cwd=ROOT, env=environment
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.phone"], check=False, cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    said = "median of five telephones, DevTools' slow 4G, processor four times slower, forty sites"
    return [
        Figure(SUBJECT, name, unit, found[key], target=limit, at_most=True, note=said if unit == "s" else "")
        for key, (name, unit, limit) in LIMITS.items()
    ]  # fmt: skip
