"""Facts per site and month, and the displacement that three interventions cause around them.

Planted effect, so that methods that look for it can be checked against what is known: from the start of the
intervention, one year before today, the monthly facts of the target are multiplied by TARGET_FACTOR and those of the
sites within RING_METRES of it (the target aside, every landlord's) by RING_FACTOR. Before the start, the target has
TARGET_MONTHLY facts a month on average and its ring RING_MONTHLY in all. Counts are Poisson.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from orsen.demo.areas import NOWHERE
from orsen.demo.calendar import FACT_MONTHS, MONTH_DAYS, Calendar
from orsen.demo.chance import Floats, Ints, generator
from orsen.demo.stock import SitePlan

RING_METRES: Final = 450.0
PLANTED_MONTH: Final = FACT_MONTHS - 12
TARGET_MONTHLY, TARGET_FACTOR = 10.0, 0.45
RING_MONTHLY, RING_FACTOR = 12.0, 1.8
# Facts per 100 dwellings and year at levels 1 to 4 (this demonstration's own order of magnitude).
YEARLY_RATES: Final = np.array([0.7, 3.5, 9.0, 22.0])
# Share of each family (columns) at each level (rows).
FAMILY_CODES: Final = ("PERS", "BIENS", "OCCUP", "TRAFIC", "TRANQ", "ESPACE", "SERVICE")
FAMILY_SHARES: Final = np.array([
    [0.02, 0.20, 0.08, 0.01, 0.42, 0.25, 0.02],
    [0.04, 0.22, 0.20, 0.04, 0.26, 0.20, 0.04],
    [0.06, 0.19, 0.27, 0.15, 0.15, 0.11, 0.07],
    [0.09, 0.16, 0.27, 0.22, 0.09, 0.07, 0.10],
])  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One planted displacement: the target and the sites of its ring, as indices of sites."""

    target: int
    ring: tuple[int, ...]


@dataclass(frozen=True)
class Fact:
    """One fact of a site (index)."""

    site: int
    day: dt.date
    family: str
    level: int


def choose_planted(seed: int, plans: list[SitePlan], levels: Ints, count: int) -> list[Planted]:
    """Targets at level 3 or 4 with at least four neighbours of two landlords, as far from each other as they come.

    Raises ValueError when the land has not that many.
    """
    random = generator(seed, "planted")
    places = np.array([[plan.x, plan.y] for plan in plans])
    near = cKDTree(places).query_ball_point(places, RING_METRES)
    candidates = []
    for site, plan in enumerate(plans):
        ring = tuple(n for n in sorted(near[site]) if n != site and present(plans[n]))
        landlords = {plans[n].landlord for n in ring}
        if (
            plan.qpv != NOWHERE
            and present(plan)
            and levels[site, -2] >= 3
            and 4 <= len(ring) <= 16
            and len(landlords) > 1
        ):
            candidates.append(Planted(site, ring))
    candidates = [candidates[n] for n in random.permutation(len(candidates))]
    chosen: list[Planted] = []
    apart = 6_000.0
    while len(chosen) < count:
        apart *= 0.8
        if apart < RING_METRES:
            raise ValueError(
                f"only {len(chosen)} places for a planted displacement, {count} asked for"
            )
        for candidate in candidates:
            if len(chosen) < count and all(
                np.hypot(*(places[candidate.target] - places[other.target]))
                > max(apart, 2.1 * RING_METRES)
                for other in chosen
            ):
                chosen.append(candidate)
    return chosen


def present(plan: SitePlan) -> bool:
    """Whether the site was in the stock all along."""
    return plan.first_campaign == 0 and plan.last_campaign == 99


def monthly_rates(
    calendar: Calendar, plans: list[SitePlan], levels: Ints, planted: list[Planted]
) -> Floats:
    """Expected facts, (sites, FACT_MONTHS)."""
    campaign = [
        calendar.campaign_before(calendar.month_start(month)) for month in range(FACT_MONTHS)
    ]
    dwellings = np.array([plan.dwellings for plan in plans])[:, None]
    rates: Floats = YEARLY_RATES[levels[:, campaign] - 1] * dwellings / 100 / 12
    summer = 1 + 0.2 * np.cos(2 * np.pi * np.array(
        [(calendar.month_start(month).timetuple().tm_yday - 190) / 365 for month in range(FACT_MONTHS)]
    ))  # fmt: skip
    rates = rates * summer
    after = np.arange(FACT_MONTHS) >= PLANTED_MONTH
    for effect in planted:
        ring = list(effect.ring)
        rates[effect.target] = (
            np.where(after, TARGET_MONTHLY * TARGET_FACTOR, TARGET_MONTHLY) * summer
        )
        part = 0.5 / len(ring) + 0.5 * dwellings[ring] / dwellings[ring].sum()
        rates[ring] = part * (np.where(after, RING_MONTHLY * RING_FACTOR, RING_MONTHLY) * summer)
    return rates


def make_facts(
    seed: int, calendar: Calendar, plans: list[SitePlan], levels: Ints, planted: list[Planted]
) -> list[Fact]:  # fmt: skip
    """Every fact of the last FACT_MONTHS months, while the site was in the stock."""
    random = generator(seed, "facts")
    counts = random.poisson(monthly_rates(calendar, plans, levels, planted))
    facts = []
    for site, month in zip(*counts.nonzero(), strict=True):
        first = calendar.month_start(int(month))
        plan, campaign = plans[site], calendar.campaign_before(first)
        if not plan.first_campaign <= campaign <= plan.last_campaign:
            continue
        level = int(levels[site, campaign])
        for _each in range(int(counts[site, month])):
            day = first + dt.timedelta(days=int(random.integers(0, int(MONTH_DAYS))))
            family = str(random.choice(FAMILY_CODES, p=FAMILY_SHARES[level - 1]))
            facts.append(Fact(int(site), day, family, level))
    return facts
