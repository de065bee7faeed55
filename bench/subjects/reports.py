"""Reports of a whole region in one run, and how fast a page is printed."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.ground import ROOT, Ground
from bench.registry import Figure, subject

SUBJECT = "reports"
MINUTES, MEGABYTES, TIMES = 15, 600, 10


@subject(SUBJECT, is_apart=True)
def measure(ground: Ground) -> list[Figure]:
    """On a database of its own (`bench/region.py`), in a process that nothing else has grown."""
    words = [sys.executable, "-m", "bench.region"]
    done = subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return figures(json.loads(done.stdout.splitlines()[-1]))


def figures(found: dict[str, object]) -> list[Figure]:
    """From what `bench.region` printed last."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in dict(found["territories"]).items())  # type: ignore[call-overload]
    number = {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
    return [
        Figure(
            SUBJECT, "Île-de-France in one run, release and PDF", "min", number["minutes"], target=MINUTES, at_most=True,
            note=f"{kinds}; the release takes {number['release_seconds']:.0f} s, {number['pdfs']:.0f} PDF take "
            f"{number['sheets_seconds']:.0f} s; of {number['opened']:.0f} opened, {number['sound']:.0f} are tagged, titled "
            "and declare PDF/UA-1 (no packaged validator is at hand: veraPDF is written in Java)",
        ),
        Figure(SUBJECT, "peak memory of a worker that sets sheets", "MB", number["worker_memory_mb"], target=MEGABYTES,
               at_most=True),
        Figure(SUBJECT, "peak memory of a process that protects", "MB", number["release_memory_mb"], target=MEGABYTES,
               at_most=True),
        Figure(
            SUBJECT, "a sheet, PDF/UA-1", "ms", number["page_ms"], number["weasyprint_ms"], "WeasyPrint",
            number["times_faster"], TIMES,
            note=f"median of {number['pages_compared']:.0f} sheets, the same words, figures and drawings",
        ),
    ]  # fmt: skip
