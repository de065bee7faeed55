"""What the figures were measured on."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path


def describe(postgresql: str) -> dict[str, str]:
    """Processor, cores, memory, versions; `postgresql`: what the server says of itself."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), ""
    )
    memory = Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], check=False, capture_output=True, text=True
    ).stdout.strip()
    return {
        "processor": model,
        "cores": str(sum(line.startswith("processor") for line in lines)),
        "memory": f"{int(memory) / 1024**2:.0f} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "django": version("django"),
        "numpy": version("numpy"),
        "commit": commit,
    }
