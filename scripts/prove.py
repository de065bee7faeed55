"""Prove the isolation: probe every route as everybody, write build/proof/, print one JSON object as the last line.

python -m scripts.prove [words for pytest]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from scripts import local_services

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "build" / "proof" / "proof.json"
SHOWN = ("findings", "cells")


def main() -> int:
    """Start what is down, prove, stop what was started. Returns pytest's exit code, 1 without a result or with a leak."""
    were_up = local_services.pg_running() and bool(local_services.redis_pid())
    subprocess.run([sys.executable, str(ROOT / "scripts/local_services.py"), "start"], check=True)
    RESULT.unlink(missing_ok=True)
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}  # fmt: skip
    try:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/proof/whole.py", "-q", "-p", "no:cacheprovider", *sys.argv[1:]],
            check=False, cwd=ROOT, env=environment,
        ).returncode  # fmt: skip
    finally:
        if not were_up:
            local_services.stop()
    if not RESULT.exists():
        print(json.dumps({"error": "The proof did not come to an end."}))
        return code or 1
    found = json.loads(RESULT.read_text(encoding="utf-8"))
    print(f"Page: {RESULT.with_name('index.html').relative_to(ROOT)}")
    print(
        json.dumps(
            {key: value for key, value in found.items() if key not in SHOWN}, ensure_ascii=False
        )
    )
    return code or int(bool(found["leaks"] or found["differences"] or found["undeclared"]))


if __name__ == "__main__":
    sys.exit(main())
