"""Local statistics by esda: Gi*, Moran's I, join counts, each with its pseudo-significance by permutation.

Sources: Getis and Ord 1992 and Ord and Getis 1995 (Gi*); Anselin 1995 (local Moran); Anselin and Li 2019 (local join
counts). esda and libpysal weigh about 180 MB and two seconds: they are imported when something is computed, which only
jobs do. False discoveries are controlled by Benjamini and Hochberg (1995) over the points that were tested.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.statistics.neighbours import Float, weights_of

LEAST_POINTS: Final = 30  # that have a neighbour: below it permutations say nothing
LEAST_OF_EACH: Final = 5  # points that bear the mark, and points that do not
LEAST_NEIGHBOURS: Final = 3  # of a point that is named: one neighbour makes no surroundings
PERMUTATIONS: Final = 9_999
ALPHA: Final = 0.05  # share of false discoveries that is accepted


class Finding(StrEnum):
    """What a point turned out to be."""

    HOT = "hot"
    COLD = "cold"
    LOW_AMONG_HIGH = "low_among_high"
    HIGH_AMONG_LOW = "high_among_low"
    JOINED = "joined"


class Refusal(StrEnum):
    """Why nothing was computed."""

    TOO_FEW = "too_few"
    ALL_ALIKE = "all_alike"


class TooLittleError(ValueError):
    """The points carry no statistic; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        """`refusal`: the reason, for whoever words it."""
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True)
class Local:
    """One statistic at every point: arrays of equal length, NaN where it was not tested.

    value: z of Gi*, local I, or number of joins; p: two-sided pseudo-significance (one-sided for joins); q: p after
    Benjamini–Hochberg; high: whether the surroundings bear more of the mark than expected; neighbours: how many.
    """

    value: Float
    p: Float
    q: Float
    high: NDArray[np.bool_]
    own_high: NDArray[np.bool_]
    neighbours: NDArray[np.int64]

    def significant(self, alpha: float = ALPHA) -> NDArray[np.bool_]:
        """Tested points whose q is at most `alpha`."""
        with np.errstate(invalid="ignore"):
            found: NDArray[np.bool_] = self.q <= alpha
        return found


def _tested(values: Float, neighbours: list[list[int]]) -> NDArray[np.intp]:
    """Indices of the points that have a neighbour. Raises TooLittleError when they carry no statistic."""
    if not np.isfinite(values).all():
        raise ValueError("every value must be a number")
    joined = np.flatnonzero([len(each) > 0 for each in neighbours])
    if len(joined) < LEAST_POINTS:
        raise TooLittleError(Refusal.TOO_FEW)
    kept = values[joined]
    marked = int((kept > np.median(kept)).sum()) if len(np.unique(kept)) > 2 else _rarer(kept)
    if marked < LEAST_OF_EACH:
        raise TooLittleError(Refusal.ALL_ALIKE)
    return joined


def _rarer(values: Float) -> int:
    """How many points bear the rarer of two values; 0 when all are alike."""
    counts = np.unique(values, return_counts=True)[1]
    return int(counts.min()) if len(counts) > 1 else 0


def _among(neighbours: list[list[int]], chosen: NDArray[np.intp]) -> list[list[int]]:
    """The neighbourhoods of the chosen points in their own numbering: a point with a neighbour keeps them all."""
    place = {int(old): new for new, old in enumerate(chosen)}
    return [[place[other] for other in neighbours[int(index)]] for index in chosen]


@contextmanager
def _quiet() -> Iterator[None]:
    """esda announces a change of its defaults and counts components; neither concerns the reader of a job."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The alternative hypothesis", DeprecationWarning)
        warnings.filterwarnings("ignore", "The weights matrix is not fully connected")
        warnings.filterwarnings(
            "ignore", message=".*", category=FutureWarning, module=r"esda\.|libpysal\."
        )
        yield


def _spread(size: int, chosen: NDArray[np.intp], values: Float) -> Float:
    """The values at their places, NaN elsewhere."""
    whole = np.full(size, np.nan)
    whole[chosen] = values
    return whole


def controlled(p: Float, neighbours: NDArray[np.int64]) -> Float:
    """Benjamini–Hochberg over the points with enough neighbours; NaN for the others, which are never named."""
    from scipy.stats import false_discovery_control

    q = np.full(len(p), np.nan)
    tested = np.flatnonzero((neighbours >= LEAST_NEIGHBOURS) & np.isfinite(p))
    if len(tested):
        q[tested] = false_discovery_control(p[tested], method="bh")
    return q


def _local(
    values: Float, neighbours: list[list[int]], chosen: NDArray[np.intp], value: Float, p: Float, high: NDArray[np.bool_]
) -> Local:  # fmt: skip
    size = len(values)
    counts = np.array([len(each) for each in neighbours], dtype=np.int64)
    whole_p = _spread(size, chosen, p)
    is_high = np.zeros(size, dtype=bool)
    is_high[chosen] = high
    return Local(
        value=_spread(size, chosen, value),
        p=whole_p,
        q=controlled(whole_p, counts),
        high=is_high,
        own_high=values > values[chosen].mean(),
        neighbours=counts,
    )


def gi_star(
    values: Float, neighbours: list[list[int]], *, permutations: int = PERMUTATIONS, seed: int = 0
) -> Local:
    """Getis and Ord's Gi* with binary weights, the point itself counted among its surroundings.

    values: not negative, one a point. Raises TooLittleError, ValueError.
    """
    from esda.getisord import G_Local

    if (values < 0).any():
        raise ValueError("Gi* is for values that are not negative")
    chosen = _tested(values, neighbours)
    with _quiet():
        found = G_Local(
            values[chosen], weights_of(_among(neighbours, chosen)), transform="B", permutations=permutations,
            star=True, keep_simulations=False, n_jobs=1, seed=seed,
        )  # fmt: skip
    # esda's pseudo-significance is that of the side on which the point fell: doubled, it is two-sided.
    p = np.minimum(1.0, 2 * np.asarray(found.p_sim, dtype=np.float64))
    return _local(values, neighbours, chosen, np.asarray(found.Zs), p, np.asarray(found.Zs) > 0)


def local_moran(
    values: Float, neighbours: list[list[int]], *, permutations: int = PERMUTATIONS, seed: int = 0
) -> Local:
    """Anselin's local Moran with row-standardised weights. `high`: its neighbours lie above the mean.

    Raises TooLittleError, ValueError.
    """
    from esda.moran import Moran_Local

    chosen = _tested(values, neighbours)
    weights = weights_of(_among(neighbours, chosen))
    with _quiet():
        found = Moran_Local(
            values[chosen], weights, transformation="r", permutations=permutations,
            keep_simulations=False, n_jobs=1, seed=seed,
        )  # fmt: skip
    p = np.minimum(1.0, 2 * np.asarray(found.p_sim, dtype=np.float64))
    # Quadrants of the scatter plot: 1 high-high, 2 low-high, 3 low-low, 4 high-low.
    high = np.isin(np.asarray(found.q), (1, 2))
    return _local(values, neighbours, chosen, np.asarray(found.Is), p, high)


def join_counts(
    marks: Float, neighbours: list[list[int]], *, permutations: int = PERMUTATIONS, seed: int = 0
) -> Local:
    """Local join counts of a mark that is 0 or 1: how many marked neighbours a marked point has.

    Tested where there is at least one join, one-sided. Raises TooLittleError, ValueError for other marks.
    """
    from esda.join_counts_local import Join_Counts_Local

    if not np.isin(marks, (0.0, 1.0)).all():
        raise ValueError("marks are 0 or 1")
    # Points without a neighbour are left out before: esda drops them from its answer, which would shift the others.
    chosen = _tested(marks, neighbours)
    own = _among(neighbours, chosen)
    kept = marks[chosen]
    # esda passes no seed on to its permutations, which draw one from numpy's global state.
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        with _quiet():
            found = Join_Counts_Local(
                connectivity=weights_of(own), permutations=permutations, keep_simulations=False, n_jobs=1, seed=seed,
            ).fit(kept, permutations=permutations)  # fmt: skip
    finally:
        np.random.set_state(state)  # noqa: NPY002
    joins = np.asarray(found.LJC, dtype=np.float64)
    p = np.asarray(found.p_sim, dtype=np.float64)
    expected = np.array([len(each) for each in own]) * kept.mean()
    # Fewer joins than chance would give are no gathering: the side that esda folded is turned back.
    p = np.where(joins > expected, p, 1.0)
    p[joins == 0] = np.nan
    return _local(marks, neighbours, chosen, joins, p, joins > expected)
