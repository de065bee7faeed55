"""Which connection does what."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """Tables are made by the owner login only; every other query goes where the caller says."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether migrations run on that connection."""
        return db == "owner"
