"""The proof's world, for the contract too."""

from __future__ import annotations

from tests.proof.conftest import small_world

__all__ = ["small_world"]
