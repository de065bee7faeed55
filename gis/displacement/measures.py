"""The two published measures of displacement, on counts of facts.

Sources: Bowers and Johnson (2003), weighted displacement quotient; Wheeler and Ratcliffe (2018), weighted
displacement difference. Both compare a target with its surrounding ring and with controls, before and after. Counts
are taken as Poisson; `dispersion` widens the variance where places are known to vary more than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.stats import norm

CONFIDENCE: Final = 0.95
# One-sided: the question is always "did it fall?" or "did it rise?", never both.
ALARM: Final = 0.05
DRAWS: Final = 4_000
# Below this share of draws with a quotient, an interval would describe the draws that happened to have one.
STABLE_SHARE: Final = 0.95


@dataclass(frozen=True)
class Counts:
    """Facts of one area in two periods of equal length. Raises ValueError for a negative count."""

    before: int
    after: int

    def __post_init__(self) -> None:
        if self.before < 0 or self.after < 0:
            raise ValueError("a count of facts is never negative")

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before

    @property
    def total(self) -> int:
        """Both periods; the variance of the change when counts are Poisson."""
        return self.before + self.after


@dataclass(frozen=True)
class Difference:
    """A difference in facts, its standard error, and what it would have taken to see one."""

    value: int
    standard_error: float

    @property
    def z(self) -> float:
        """The difference in standard errors; 0 when no fact was counted at all."""
        return self.value / self.standard_error if self.standard_error else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Interval at CONFIDENCE, in facts."""
        reach = float(norm.ppf(0.5 + CONFIDENCE / 2)) * self.standard_error
        return self.value - reach, self.value + reach

    @property
    def fell(self) -> bool:
        """Whether chance alone would give such a fall at most once in twenty."""
        return self.z < -float(norm.ppf(1 - ALARM))

    @property
    def rose(self) -> bool:
        """Whether chance alone would give such a rise at most once in twenty."""
        return self.z > float(norm.ppf(1 - ALARM))

    @property
    def smallest_seen(self) -> float:
        """The smallest change, in facts, that these counts can tell from chance."""
        return float(norm.ppf(1 - ALARM)) * self.standard_error

    def power(self, change: float) -> float:
        """Chance (0 to 1) of telling a true change of that many facts from none."""
        if not self.standard_error:
            return 0.0
        return float(norm.cdf(abs(change) / self.standard_error - norm.ppf(1 - ALARM)))


def weighted_displacement_difference(
    target: Counts, control: Counts, ring: Counts | None = None, ring_control: Counts | None = None,
    *, dispersion: float = 1.0,
) -> Difference:  # fmt: skip
    """WDD = (ΔT − ΔC) + (ΔR − ΔRc); its variance is the sum of all counts, times `dispersion`.

    Negative: fewer facts over target and ring together. Raises ValueError when only one of `ring` and
    `ring_control` is given, or for a dispersion below 1.
    """
    if (ring is None) != (ring_control is None):
        raise ValueError("a ring is compared with a control of its own")
    if dispersion < 1:
        raise ValueError("facts vary at least as much as Poisson counts")
    value = target.change - control.change
    total = target.total + control.total
    if ring is not None and ring_control is not None:
        value += ring.change - ring_control.change
        total += ring.total + ring_control.total
    return Difference(value, math.sqrt(dispersion * total))


class Reading(StrEnum):
    """What a quotient says."""

    DIFFUSION_BEYOND = "diffusion_beyond"
    DIFFUSION = "diffusion"
    DISPLACEMENT = "displacement"
    DISPLACEMENT_BEYOND = "displacement_beyond"


class Undefined(StrEnum):
    """Why there is no quotient."""

    NO_CONTROL = "no_control"
    NO_FACT = "no_fact"
    NO_FALL = "no_fall"


@dataclass(frozen=True)
class Quotient:
    """A quotient with its reading and its interval, or the reason why there is none."""

    value: float | None
    reading: Reading | None
    undefined: Undefined | None
    interval: tuple[float, float] | None


def weighted_displacement_quotient(target: Counts, ring: Counts, control: Counts) -> Quotient:
    """WDQ = (R1/C1 − R0/C0) / (T1/C1 − T0/C0).

    It has a meaning only when the target fell against the control (denominator below zero) and no area is empty in
    both periods; else `undefined` says why. The interval is that of Poisson counts drawn around those observed; None
    where the denominator's sign is itself a matter of chance.
    """
    if not (control.before and control.after):
        return Quotient(None, None, Undefined.NO_CONTROL, None)
    if not (target.before and ring.total):
        return Quotient(None, None, Undefined.NO_FACT, None)
    fall = target.after / control.after - target.before / control.before
    if fall >= 0:
        return Quotient(None, None, Undefined.NO_FALL, None)
    value = (ring.after / control.after - ring.before / control.before) / fall
    return Quotient(value, _read(value), None, _interval(target, ring, control))


def _read(value: float) -> Reading:
    if value > 1:
        return Reading.DIFFUSION_BEYOND
    if value >= 0:
        return Reading.DIFFUSION
    return Reading.DISPLACEMENT if value >= -1 else Reading.DISPLACEMENT_BEYOND


def _interval(target: Counts, ring: Counts, control: Counts) -> tuple[float, float] | None:
    observed = [(area.before, area.after) for area in (target, ring, control)]
    # The seed is the counts themselves: the same figures always show the same interval.
    random = np.random.default_rng([n for pair in observed for n in pair])
    (t0, t1), (r0, r1), (c0, c1) = (random.poisson(pair, (DRAWS, 2)).T for pair in observed)
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = t1 / c1 - t0 / c0
        drawn = (r1 / c1 - r0 / c0) / fall
    kept = drawn[np.isfinite(drawn) & (fall < 0)]
    if len(kept) < STABLE_SHARE * DRAWS:
        return None
    low, high = np.quantile(kept, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    return float(low), float(high)
