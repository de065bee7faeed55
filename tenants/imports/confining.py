"""How a child process that opens a stranger's file is confined: docs/decisions/reading-strangers-files.md."""

from __future__ import annotations

import codecs
import os
import resource

# Loaded before the limits: a codec that is first needed later would want a file. cp437: names inside a zip.
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1", "cp437")
NOWHERE = "http://127.0.0.1:9"


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory and processor time; no writing to files, no core dump, nothing more to open."""
    for name in CODECS:
        codecs.lookup(name)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def environment() -> dict[str, str]:
    """What the child sees: no secret of ours, no way out."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
    }
