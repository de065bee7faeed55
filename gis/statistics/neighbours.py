"""Which points are neighbours: those within a distance, straight line, in metres of EPSG:2154."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def neighbours_within(positions: Float, radius_m: float) -> list[list[int]]:
    """For each point the indices of the others within `radius_m`, in increasing order; itself left out.

    positions: (n, 2), metres, EPSG:2154. Points at one spot are neighbours. Raises ValueError for a radius that is not
    positive or positions that are not finite.
    """
    from scipy.spatial import KDTree

    if radius_m <= 0:
        raise ValueError("the radius must be positive")
    if not np.isfinite(positions).all():
        raise ValueError("every point needs a position")
    if not len(positions):
        return []
    pairs = KDTree(positions).query_pairs(radius_m, output_type="ndarray")
    found: list[list[int]] = [[] for _ in range(len(positions))]
    for one, other in pairs.tolist():
        found[one].append(other)
        found[other].append(one)
    return [sorted(each) for each in found]


def weights_of(neighbours: list[list[int]]) -> Any:
    """Binary weights (libpysal.weights.W) in the order of the points."""
    from libpysal.weights import W

    return W(
        dict(enumerate(neighbours)), id_order=list(range(len(neighbours))), silence_warnings=True
    )
