"""Send a thousand malformed and hostile files to every importer and print what came of it; last line: one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run the test of the suite on the whole corpus; its status is this command's."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=1_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "tests/imports/test_fuzz.py",
                "-q",
                "-p",
                "no:randomly",
            ],
            env=os.environ | {"FUZZ_FILES": str(asked.files), "FUZZ_FIGURES": str(figures)},
            check=False,
        )
        if not figures.is_file():
            print("The corpus did not run to its end.", file=sys.stderr)
            return done.returncode or 1
        found = json.loads(figures.read_text())
    for name, value in found.items():
        print(f"{name:20} {value}")
    print(json.dumps(found))
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
