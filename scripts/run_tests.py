"""Run the test suite with the services that it needs; pytest's own summary is the last line.

python -m scripts.run_tests [words for pytest]
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from scripts import local_services

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Start what is down, run pytest with the words given, stop what was started. Returns pytest's exit code."""
    were_up = local_services.pg_running() and bool(local_services.redis_pid())
    subprocess.run([sys.executable, str(ROOT / "scripts/local_services.py"), "start"], check=True)
    environment = {
        key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
    }
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is pytest's: it says how far it came, then we tidy up
    try:
        words = sys.argv[1:] or ["-n", "2", "--dist", "loadfile"]  # all of it: two files at a time
        command = [sys.executable, "-m", "pytest", *words]
        return subprocess.run(
            command, check=False, cwd=ROOT, env=environment, preexec_fn=hear_interrupts
        ).returncode
    finally:
        if not were_up:
            local_services.stop()


def hear_interrupts() -> None:
    """Give the child back the default answer to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    sys.exit(main())
