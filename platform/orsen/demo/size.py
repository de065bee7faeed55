"""How large a generated world is. Every count of the demonstration is here, so that other sizes are other rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class DepartementSize:
    """One invented département: its code, its name, and how much of everything it holds."""

    code: str
    name: str
    communes: int
    iris: int
    qpv: int
    sites: int
    dwellings: int
    area_km2: float


@dataclass(frozen=True)
class Size:
    """The whole demonstration."""

    first: DepartementSize
    second: DepartementSize
    interventions: int = 40
    planted_displacements: int = 3

    @property
    def departements(self) -> tuple[DepartementSize, DepartementSize]:
        """Both, the large one first."""
        return self.first, self.second


FULL: Final = Size(
    first=DepartementSize("99", "Val-d’Orsen", 40, 600, 75, 2400, 150_000, 236.0),
    second=DepartementSize("98", "Haute-Vernelle", 9, 70, 8, 220, 13_500, 108.0),
)
SMALL: Final = Size(
    first=DepartementSize("99", "Val-d’Orsen", 6, 40, 9, 260, 16_250, 24.0),
    second=DepartementSize("98", "Haute-Vernelle", 3, 9, 2, 40, 2_500, 12.0),
    interventions=14,
)
SIZES: Final = {"full": FULL, "small": SMALL}
