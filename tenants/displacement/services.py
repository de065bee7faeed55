"""The effect of an intervention on its target and on the ring around it, among the landlord's own sites."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import numpy as np
from django.utils import timezone

from accounts.principal import Principal
from gis.displacement.areas import (
    RADIUS,
    Ints,
    TooFewControlsError,
    choose_areas,
    dispersion,
    possible_controls,
    ring_around,
)
from gis.displacement.measures import (
    Counts,
    Difference,
    Quotient,
    weighted_displacement_difference,
    weighted_displacement_quotient,
)
from tenants.displacement.periods import Periods, periods
from tenants.displacement.reading import Ground, read_ground
from tenants.interventions.models import Intervention

MONTHS: Final = 12


@dataclass(frozen=True)
class Question:
    """What is compared: radius of the ring in metres, months on each side, controls that are not wanted."""

    radius: int = round(RADIUS)
    months: int = MONTHS
    left_out: frozenset[UUID] = frozenset()


class TooEarlyError(ValueError):
    """Not enough months have gone by since the start."""

    def __init__(self, start: dt.date) -> None:
        super().__init__(f"started on {start}")
        self.start = start


class NothingToCompareError(ValueError):
    """None of the intervention's sites has a position within reach, or no control is left."""


@dataclass(frozen=True)
class SiteLine:
    """One site of an area: facts before and after, level before and after (0 without one)."""

    key: UUID
    name: str
    before: int
    after: int
    level_before: int
    level_after: int


@dataclass(frozen=True)
class Area:
    """One of the four areas."""

    counts: Counts
    sites: list[SiteLine] = field(default_factory=list)


@dataclass(frozen=True)
class Effect:
    """Everything that the page shows. `ring_change` compares the ring with its own controls."""

    span: Periods
    target: Area
    control: Area
    ring: Area
    ring_control: Area
    target_change: Difference
    ring_change: Difference
    whole: Difference
    quotient: Quotient
    transitions: Counter[tuple[int, int]]
    set_aside: int


def measure_effect(principal: Principal, intervention: Intervention, question: Question) -> Effect:
    """Compare target and ring with their look-alikes, before and after the start of the intervention.

    Ring sites on which something else was done meanwhile are set aside: their change would be that work's. Raises
    TooEarlyError and NothingToCompareError.
    """
    span = periods(intervention.starts_on, timezone.localdate(), question.months)
    if span is None:
        raise TooEarlyError(intervention.starts_on)
    ground = read_ground(principal, intervention, span)
    if not len(ground.targets):
        raise NothingToCompareError("no target")
    stock, radius = ground.stock, float(question.radius)
    around = ring_around(stock.places, ground.targets, radius)
    ring = np.setdiff1d(around, ground.touched)
    pool = _pool(ground, question)
    try:
        areas = choose_areas(stock, ground.targets, ring, pool)
    except TooFewControlsError as error:
        raise NothingToCompareError("no control") from error
    target, control, near, far = (
        stock.count(each) for each in (areas.target, areas.control, areas.ring, areas.ring_control)
    )
    wide = dispersion(stock, np.concatenate([ground.targets, ring]), pool)
    return Effect(
        span=span,
        target=Area(target, _lines(ground, areas.target)),
        control=Area(control, _lines(ground, areas.control)),
        ring=Area(near, _lines(ground, areas.ring)),
        ring_control=Area(far, _lines(ground, areas.ring_control)),
        target_change=weighted_displacement_difference(target, control, dispersion=wide),
        ring_change=weighted_displacement_difference(near, far, dispersion=wide),
        whole=weighted_displacement_difference(target, control, near, far, dispersion=wide),
        quotient=weighted_displacement_quotient(target, near, control),
        transitions=_transitions(ground, areas.ring),
        set_aside=len(around) - len(ring),
    )


def _pool(ground: Ground, question: Question) -> Ints:
    pool = possible_controls(ground.stock.places, ground.touched, float(question.radius))
    kept = [n for n in pool.tolist() if ground.keys[n] not in question.left_out]
    return np.array(kept, dtype=np.int64)


def _lines(ground: Ground, chosen: Ints) -> list[SiteLine]:
    stock = ground.stock
    return [
        SiteLine(
            ground.keys[n], ground.names[n], int(stock.before[n]), int(stock.after[n]),
            int(stock.levels[n]), int(ground.levels_after[n]),
        )
        for n in chosen.tolist()
    ]  # fmt: skip


def _transitions(ground: Ground, ring: Ints) -> Counter[tuple[int, int]]:
    """How many ring sites went from one level to another; sites without both levels do not count."""
    pairs = zip(ground.stock.levels[ring].tolist(), ground.levels_after[ring].tolist(), strict=True)
    return Counter(pair for pair in pairs if all(pair))
