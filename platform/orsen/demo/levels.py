"""Levels over the campaigns: ordinal, clustered in space, slow in time.

Each site has a hidden trouble score: what its neighbourhood is like, what it is like itself, and a part that drifts
from one campaign to the next. Levels are cuts of that score at fixed quantiles, so that their shares are those of the
distribution of halls in the domain notes (no occupation, occasional, daily: 83.7, 8.5 and 7.9 %; the last is split here
into levels 3 and 4, which is this demonstration's own reading).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from orsen.demo.areas import NOWHERE
from orsen.demo.chance import Floats, Ints, generator, smooth_field
from orsen.demo.stock import SitePlan

LEVEL_SHARES: Final = (0.837, 0.085, 0.056, 0.022)
PERSISTENCE, DRIFT = 0.86, 0.3


def make_levels(seed: int, plans: list[SitePlan], campaigns: int) -> Ints:
    """The level 1 to 4 that each campaign would find, (sites, campaigns)."""
    random = generator(seed, "levels")
    score = base_score(random, plans)
    scores = np.empty((len(plans), campaigns))
    drift = random.normal(0, DRIFT / np.sqrt(1 - PERSISTENCE**2), len(plans))
    qpv = np.array([plan.qpv for plan in plans])
    trends = random.normal(0, 0.07, max(int(qpv.max()) + 2, 1))
    for campaign in range(campaigns):
        scores[:, campaign] = score + drift + trends[qpv] * (campaign - campaigns / 2)
        drift = PERSISTENCE * drift + random.normal(0, DRIFT, len(plans))
    cuts = np.quantile(scores, np.cumsum(LEVEL_SHARES)[:-1])
    levels: Ints = 1 + np.searchsorted(cuts, scores).astype(np.int64)
    return levels


def base_score(random: np.random.Generator, plans: list[SitePlan]) -> Floats:
    """The part of the score that lasts: the neighbourhood's and the site's own."""
    qpv = np.array([plan.qpv for plan in plans])
    places = np.array([[plan.x, plan.y] for plan in plans])
    neighbourhoods = random.gamma(4.5, 0.22, int(qpv.max()) + 2)
    of_neighbourhood = np.where(qpv == NOWHERE, -0.95, neighbourhoods[qpv])
    around = 0.35 * smooth_field(random, 1_100.0)(places)
    score: Floats = of_neighbourhood + around + random.normal(0, 0.62, len(plans))
    return score


def transitions(levels: Ints) -> Ints:
    """How many sites went from level i + 1 to level j + 1 between two campaigns in a row, (4, 4)."""
    counts = np.zeros((4, 4), dtype=np.int64)
    np.add.at(counts, (levels[:, :-1].ravel() - 1, levels[:, 1:].ravel() - 1), 1)
    return counts
