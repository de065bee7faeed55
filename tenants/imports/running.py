"""What every kind of import shares while it runs: its progress, its turn, what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from accounts.principal import Principal
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.models import FileImport

PROGRESS_EVERY = 5_000
Progress = Callable[
    [int, int, str], None
]  # rows read, rows in all (0: unknown), what is being done


def no_progress(_done: int, _total: int, _message: str) -> None:
    """For those who do not wait."""


def one_at_a_time(landlord_id: int) -> None:
    """Two imports of one landlord wait for one another; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('stock_import'), %s)", [landlord_id % 2**31]
        )


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One file to take in, inside the landlord's scope."""

    principal: Principal
    file_import: FileImport
    path: Path
    mapping: Mapping
    progress: Progress = no_progress
