"""Kinds of job that only the tests declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tenants.jobs import registry
from tenants.jobs.running import RunningJob


@contextmanager
def declared(
    name: str, work: Callable[[RunningJob], dict[str, Any]], *, permission: str | None = None
) -> Iterator[None]:
    """Declare a kind for the time of a test."""
    registry.job(name, permission=permission)(work)
    try:
        yield
    finally:
        del registry._KINDS[name]
