"""The kinds of job. A kind is a function in a module named `jobs` of some sub-package (`tenants/stock/jobs.py`)."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from accounts.permissions import known

if TYPE_CHECKING:
    from tenants.jobs.running import RunningJob

Work = Callable[["RunningJob"], dict[str, Any]]
QUEUES: Final = ("jobs", "report")
APPS: Final = ("gis", "tenants", "sharing")


class UnknownJobError(LookupError):
    """A kind that no function declares."""


class JobRefusedError(Exception):
    """The job cannot be done, however often it is tried; the message is for the person who asked for it."""


@dataclass(frozen=True)
class Kind:
    """What is known of a kind: its function, its queue, the permission that asking for it takes."""

    name: str
    queue: str
    permission: str | None
    work: Work


_KINDS: dict[str, Kind] = {}


def job(name: str, queue: str = "jobs", *, permission: str | None = None) -> Callable[[Work], Work]:
    """Declare a function as a kind of job.

    `permission` is evaluated when the job is asked for, at the claim and at the final write. The function may run
    again after a crash: what it writes must come to the same when written twice. Raises ValueError for a queue that
    no worker serves or a name taken twice, UnknownPermissionError for a permission out of the registry.
    """
    if queue not in QUEUES:
        raise ValueError(f"No worker serves the queue {queue!r}.")
    if permission is not None:
        known(permission)

    def declare(work: Work) -> Work:
        if name in _KINDS and _KINDS[name].work is not work:
            raise ValueError(f"Two functions declare the job {name!r}.")
        _KINDS[name] = Kind(name, queue, permission, work)
        return work

    return declare


def kind(name: str) -> Kind:
    """The kind of that name. Raises UnknownJobError."""
    _load()
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownJobError(name) from None


@cache
def _load() -> None:
    """Import every `jobs` module, so that a worker knows all the kinds."""
    for app in APPS:
        package = import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if found.name.endswith(".jobs") and not found.ispkg:
                import_module(found.name)
