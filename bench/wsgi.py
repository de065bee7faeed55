"""The product's web server, under measure. BENCH_UNCACHED=1: tiles are cut each time, the snapshots they are cut from stay."""

from __future__ import annotations

import os

from gis.tiles.store import Store
from orsen.wsgi import application

if os.environ.get("BENCH_UNCACHED") == "1":
    Store.kept = lambda self, scope, version, request: None  # type: ignore[method-assign]

__all__ = ["application"]
