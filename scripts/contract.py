"""Hold every answer against the OpenAPI descriptions, as every reader, by Schemathesis; last line: one JSON object.

python -m scripts.contract [--cases 20000] [--seconds 1500]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import local_services

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Start what is down, ask, stop what was started. Returns 0 only for all cases asked and no fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--seconds", type=int, default=1_500)
    asked = options.parse_args()
    were_up = local_services.pg_running() and bool(local_services.redis_pid())
    subprocess.run([sys.executable, str(ROOT / "scripts/local_services.py"), "start"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "figures.json"
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"} | {
            "CONTRACT_CASES": str(asked.cases), "CONTRACT_SECONDS": str(asked.seconds), "CONTRACT_FIGURES": str(told),
        }  # fmt: skip
        try:
            code = subprocess.run(
                [sys.executable, "-m", "pytest", "tests/contract/whole.py", "-q", "-p", "no:cacheprovider", "--tb=short"],
                check=False, cwd=ROOT, env=environment,
            ).returncode  # fmt: skip
        finally:
            if not were_up:
                local_services.stop()
        if not told.is_file():
            print(json.dumps({"error": "The cases did not run to their end."}))
            return code or 1
        found = json.loads(told.read_text(encoding="utf-8"))
    for what, where in found["faults"].items():
        print(f"FAULT {what}\n  {where}")
    for name, value in found["figures"].items():
        print(f"{name:22} {value}")
    print(json.dumps(found["figures"]))
    return code


if __name__ == "__main__":
    sys.exit(main())
