"""The child process that opens a stranger's file: `python -I -m … FILE MEMORY CPU_SECONDS`.

It writes one JSON line per feature on its standard output and a first line about the file; a file
that it cannot read gives one line with a code. Limits are set before the file is opened.
"""

from __future__ import annotations

import ctypes
import resource
import sys
from pathlib import Path
from typing import Any

import orjson

# linux/sched.h
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory and processor time; forbid writing to files and leaving a core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_network() -> bool:
    """Enter a network namespace of its own, empty; False where the system does not allow it to this user.

    Then what remains is that nothing which this child reads a file with makes requests: one GDAL driver, no GeoJSON
    driver, PROJ without its network (docs/decisions/reading-strangers-files.md).
    """
    library = ctypes.CDLL(None, use_errno=True)
    return bool(library.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def plain(value: Any) -> Any:
    """A cell as text, number or None: what a code or a name can be."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value
    return None


def write(line: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.buffer.write(orjson.dumps(line) + b"\n")


def run(path: Path) -> None:
    """Read, repair and project the file, and hand it to the parent."""
    from gis.territories.importing import formats, polygons

    try:
        content = formats.read(path)
        shapes = polygons.treat_all(content.geometries, content.crs)
    except formats.UnreadableError as error:
        write({"error": error.args[0]})
        return
    except polygons.UnknownCrsError:
        write({"error": "crs_refused"})
        return
    except (MemoryError, RecursionError):
        write({"error": "too_heavy"})
        return
    write({"crs": content.crs, "fields": content.fields, "count": len(shapes)})
    for properties, shape in zip(content.properties, shapes, strict=True):
        write(
            {
                "p": {name: plain(value) for name, value in properties.items()},
                "g": shape.wkb.hex() if shape.wkb else None,
                "reason": shape.reason,
                "repaired": shape.repaired,
                "before": shape.area_before,
                "after": shape.area_after,
            }
        )


if __name__ == "__main__":
    leave_network()
    limit(int(sys.argv[2]), int(sys.argv[3]))
    run(Path(sys.argv[1]))
