"""Which sites are the target, which the ring around it, and which serve as controls.

Distances are in metres between points in EPSG:2154. Ring: within `radius` of a target. Controls: sites that are
further than twice the radius from every place where something was done, each taken once, the most like the site that
it answers for (facts before, number of dwellings).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from gis.displacement.measures import Counts

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

RADIUS: Final = 450.0
LEVEL_WEIGHT: Final = 3.0
# How many look-alikes of each site the pretended areas are drawn from, and how many areas are drawn.
ALIKE: Final = 12
PRETENDED: Final = 300


@dataclass(frozen=True)
class Stock:
    """What the choice is made from: `places` (n, 2) in metres, EPSG:2154; the others (n,).

    `levels` are those known when the periods meet: 1 to 4, 0 where there is none.
    """

    places: Floats
    dwellings: Ints
    levels: Ints
    before: Ints
    after: Ints

    def count(self, sites: Ints) -> Counts:
        """Facts of these sites together."""
        return Counts(int(self.before[sites].sum()), int(self.after[sites].sum()))

    def likeness(self) -> Floats:
        """(n, 3): places in which a small distance means alike: level, root of facts, logarithm of dwellings."""
        # The root makes Poisson counts equally noisy everywhere, so that busy sites find busy ones. The level weighs
        # most: of two sites without a fact, the one that was rated 3 had a quiet year and will not have another.
        return np.column_stack(
            [
                LEVEL_WEIGHT * self.levels,
                np.sqrt(self.before),
                np.log(np.maximum(self.dwellings, 1)),
            ]
        )


@dataclass(frozen=True)
class Areas:
    """Indices of sites in the stock; control[i] answers for target[i], ring_control[i] for ring[i]."""

    target: Ints
    ring: Ints
    control: Ints
    ring_control: Ints


class TooFewControlsError(ValueError):
    """There are not enough sites out of reach of any intervention to compare with."""


def ring_around(places: Floats, targets: Ints, radius: float = RADIUS) -> Ints:
    """Indices of the sites within `radius` metres of a target, targets aside, in order."""
    if not len(targets):
        return np.array([], dtype=np.int64)
    tree = cKDTree(places)
    around = {int(n) for place in places[targets] for n in tree.query_ball_point(place, radius)}
    return np.array(sorted(around - set(targets.tolist())), dtype=np.int64)


def possible_controls(places: Floats, touched: Ints, radius: float = RADIUS) -> Ints:
    """Indices of the sites further than twice `radius` metres from every touched site, in order."""
    if not len(touched):
        return np.arange(len(places))
    distance, _nearest = cKDTree(places[touched]).query(places)
    return np.flatnonzero(distance > 2 * radius)


def choose_areas(stock: Stock, targets: Ints, ring: Ints, pool: Ints) -> Areas:
    """Give every target and every ring site its most alike site of the pool, none twice.

    Sites with most facts choose first: they have the fewest look-alikes. Raises TooFewControlsError.
    """
    treated = np.concatenate([targets, ring])
    if len(pool) < len(treated):
        raise TooFewControlsError(
            f"{len(treated)} controls wanted, {len(pool)} sites to choose from"
        )
    alike = stock.likeness()
    free = np.ones(len(pool), dtype=bool)
    chosen = np.empty(len(treated), dtype=np.int64)
    for n in np.argsort(-stock.before[treated], kind="stable"):
        distance = np.linalg.norm(alike[pool] - alike[treated[n]], axis=1)
        best = int(np.argmin(np.where(free, distance, np.inf)))
        free[best], chosen[n] = False, pool[best]
    return Areas(targets, ring, chosen[: len(targets)], chosen[len(targets) :])


def dispersion(stock: Stock, sites: Ints, pool: Ints) -> float:
    """How much more than Poisson two look-alike areas differ where nothing was done; at least 1.

    Draws PRETENDED pairs of areas, each site of `sites` replaced by one of its ALIKE look-alikes of the pool, and
    compares the variance of the difference of their changes with the mean of their counts.
    """
    if not len(sites) or len(pool) < 2:
        return 1.0
    alike = stock.likeness()
    count = min(ALIKE, len(pool))
    _distance, nearest = cKDTree(alike[pool]).query(alike[sites], k=count)
    nearest = np.asarray(nearest).reshape(len(sites), count)
    random = np.random.default_rng([len(sites), len(pool), int(stock.before[sites].sum())])
    picks = random.integers(0, count, (2, PRETENDED, len(sites)))
    drawn = pool[nearest[np.arange(len(sites)), picks]]
    change = (stock.after - stock.before)[drawn].sum(axis=2)
    total = (stock.after + stock.before)[drawn].sum(axis=2)
    expected = float(total.sum(axis=0).mean())
    if not expected:
        return 1.0
    return max(1.0, float((change[0] - change[1]).var()) / expected)
