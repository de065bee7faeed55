"""Tokens by which a process knows that what it keeps still holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Tokens of what maps rest on, read at this request: each stands as long as nothing of it moved."""

    shared: str  # rules, organisations, territories, what readers may see, the day
    own: str  # what the landlords' own maps show
