"""What the statistics find: which points to name, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.statistics.local import ALPHA, Finding, Local


@dataclass(frozen=True)
class Found:
    """A point that stands out: its index, what it is, the figures behind it."""

    index: int
    finding: Finding
    value: float
    p: float
    q: float
    neighbours: int


def _named(local: Local, finding: Finding, chosen: NDArray[np.bool_]) -> Iterator[Found]:
    for index in np.flatnonzero(chosen).tolist():
        yield Found(
            index, finding, float(local.value[index]), float(local.p[index]), float(local.q[index]),
            int(local.neighbours[index]),
        )  # fmt: skip


def hot_and_cold(local: Local, alpha: float = ALPHA) -> list[Found]:
    """Of Gi*: surroundings that bear more, or less, of the mark than chance would gather."""
    named = local.significant(alpha)
    return [
        *_named(local, Finding.HOT, named & local.high),
        *_named(local, Finding.COLD, named & ~local.high),
    ]


def outliers(local: Local, alpha: float = ALPHA) -> list[Found]:
    """Of local Moran: low among high (to watch) and high among low."""
    named = local.significant(alpha) & (local.value < 0)
    return [
        *_named(local, Finding.LOW_AMONG_HIGH, named & ~local.own_high),
        *_named(local, Finding.HIGH_AMONG_LOW, named & local.own_high),
    ]


def joined(local: Local, alpha: float = ALPHA) -> list[Found]:
    """Of join counts: marked points whose neighbours are marked more often than by chance."""
    return list(_named(local, Finding.JOINED, local.significant(alpha) & local.high))
