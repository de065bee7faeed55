"""The measures over one stock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gis.statistics.findings import Found, hot_and_cold, joined, outliers
from gis.statistics.local import (
    PERMUTATIONS,
    Local,
    TooLittleError,
    gi_star,
    join_counts,
    local_moran,
)
from gis.statistics.neighbours import Float, neighbours_within
from tenants.hotspots.models import Measure

if TYPE_CHECKING:
    from tenants.hotspots.services import Progress, Stock

__all__ = ["PERMUTATIONS", "Measured", "measure"]

GRAVE_FROM: Final = 3
WORST: Final = 4


@dataclass
class Measured:
    """What stands out, by measure; why a measure says nothing; sites without a neighbour."""

    named: list[tuple[str, Found]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    isolated: int = 0


def measure(stock: Stock, *, radius_m: float, permutations: int, progress: Progress) -> Measured:
    """Every measure over the stock. Levels are ordinal: only whether a site reaches one enters the statistics."""
    positions = np.array(stock.positions, dtype=np.float64).reshape(-1, 2)
    near = neighbours_within(positions, radius_m)
    levels = np.array(stock.levels, dtype=np.int64)
    grave = (levels >= GRAVE_FROM).astype(np.float64)
    worst = (levels >= WORST).astype(np.float64)
    facts = np.array(stock.facts, dtype=np.float64)
    steps: list[tuple[Measure, Callable[..., Local], Float, Callable[[Local], list[Found]]]] = [
        (Measure.GRAVE, gi_star, grave, hot_and_cold),
        (Measure.FACTS, gi_star, facts, hot_and_cold),
        (Measure.CONTRAST, local_moran, grave, outliers),
        (Measure.LEVEL_4, join_counts, worst, joined),
    ]
    result = Measured(isolated=sum(not each for each in near))
    for number, (kind, statistic, values, reading) in enumerate(steps, 1):
        progress(number, len(steps) + 1, str(kind.label).capitalize())
        try:
            local = statistic(values, near, permutations=permutations, seed=number)
        except TooLittleError as refused:
            result.refusals[kind.value] = refused.refusal.value
            continue
        result.named += [(kind.value, each) for each in reading(local)]
    return result
