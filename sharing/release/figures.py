"""From rated sites to what a release says of each neighbourhood. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sharing.release.rules import LEVELS, Integers, Neighbourhood, Thresholds, is_publishable

# Coverage is told by steps of five points: with the exact share and the published figures, the dwellings of a lone
# withheld neighbourhood could be worked out.
COVERAGE_STEP: Final = 0.05


@dataclass(frozen=True)
class Figures:
    """What is published of one neighbourhood; None of them when it is withheld."""

    sites: dict[str, int]
    dwellings: dict[str, int]
    groups: int
    evolution: dict[str, dict[str, int]] | None


@dataclass(frozen=True)
class ReleaseFigures:
    """A whole release: figures or None (withheld) by neighbourhood, and the share of dwellings that is published."""

    neighbourhoods: dict[int, Figures | None]
    coverage: float


def by_level(levels: Integers, amounts: Integers) -> dict[str, int]:
    """The sum of the amounts at each level, {"1": n, …, "4": n}."""
    return {str(level): int(amounts[levels == level].sum()) for level in LEVELS}


def transitions(before: Neighbourhood, now: Neighbourhood) -> dict[str, int] | None:
    """How many sites went from which level to which ("1->2"); None where the two rounds hold other sites.

    A site that came or left would show as a change of the neighbourhood, and give its level away by difference.
    """
    earlier = dict(zip(before.sites.tolist(), before.levels.tolist(), strict=True))
    later = dict(zip(now.sites.tolist(), now.levels.tolist(), strict=True))
    if earlier.keys() != later.keys():
        return None
    counts: dict[str, int] = {}
    for site, level in later.items():
        step = f"{earlier[site]}->{level}"
        counts[step] = counts.get(step, 0) + 1
    return dict(sorted(counts.items()))


def figures_of(
    now: Neighbourhood, before: Neighbourhood | None, thresholds: Thresholds
) -> Figures | None:
    """What may be published of a neighbourhood, or None. Evolution also takes the earlier round to be publishable."""
    if not is_publishable(now, thresholds):
        return None
    steps = None
    if before is not None and is_publishable(before, thresholds):
        steps = transitions(before, now)
    return Figures(
        sites=by_level(now.levels, np.ones_like(now.dwellings)),
        dwellings=by_level(now.levels, now.dwellings),
        groups=len(np.unique(now.groups)),
        evolution=None if steps is None else {"sites": steps},
    )


def coverage(cells: Mapping[int, Neighbourhood], published: Mapping[int, Figures | None]) -> float:
    """Share of the neighbourhoods' dwellings that lie in a published one, 0..1, rounded down to COVERAGE_STEP."""
    total = sum(int(cell.dwellings.sum()) for cell in cells.values())
    shown = sum(
        int(cell.dwellings.sum()) for key, cell in cells.items() if published[key] is not None
    )
    if total == 0:
        return 0.0
    return round(math.floor(shown / total / COVERAGE_STEP + 1e-9) * COVERAGE_STEP, 2)


def release_of(
    now: Mapping[int, Neighbourhood],
    before: Mapping[int, Neighbourhood] | None,
    thresholds: Thresholds,
) -> ReleaseFigures:
    """The release of a round: `now` and `before` (the earlier round, None without one) by neighbourhood."""
    neighbourhoods = {
        key: figures_of(cell, None if before is None else before.get(key), thresholds)
        for key, cell in now.items()
    }
    return ReleaseFigures(neighbourhoods, coverage(now, neighbourhoods))
