"""What is counted while parts are killed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Final

# How long a page, and an interrupted job, may take to come back.
SERVICE_SECONDS: Final = 60.0
RESUMED_SECONDS: Final = 120.0


@dataclass
class Tally:
    """What happened."""

    killed: dict[str, int] = field(default_factory=dict)
    outages: list[float] = field(default_factory=list)
    not_back: int = 0
    resumed: list[float] = field(default_factory=list)
    # Jobs that were running when their worker, or the database, was killed: key → (attempt, when).
    interrupted: dict[uuid.UUID, tuple[int, float]] = field(default_factory=dict)
