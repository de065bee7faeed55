"""How often displacement is found where the demonstration planted it, and where it did not.

`python -m bench.displacement`: 200 seeds of levels, facts and interventions over 10 stocks; the last line is one JSON
object. A planted effect counts as found, and another intervention as a false alarm, when its ring rose (one-sided, 5 %).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import time
from dataclasses import dataclass

import numpy as np

from gis.displacement.areas import (
    Ints,
    Stock,
    choose_areas,
    dispersion,
    possible_controls,
    ring_around,
)
from gis.displacement.measures import weighted_displacement_difference
from orsen.demo.calendar import CAMPAIGNS, FACT_MONTHS, MONTH_DAYS
from orsen.demo.chance import generator
from orsen.demo.facts import PLANTED_MONTH, choose_planted, monthly_rates, present
from orsen.demo.levels import make_levels
from orsen.demo.levers import make_interventions
from orsen.demo.size import FULL
from orsen.demo.world import World, make_world

TODAY = dt.date(2026, 11, 1)
MONTHS = 12


@dataclass(frozen=True)
class Found:
    """Share of planted displacements found, share of other interventions that raised the alarm."""

    planted: int
    power: float
    others: int
    false_alarms: float

    @property
    def standard_error(self) -> float:
        """Of the share of false alarms, were it 5 %."""
        return math.sqrt(0.05 * 0.95 / self.others)


def try_seeds(stocks: int, seeds: int) -> Found:
    """Draw `seeds` worlds of levels and facts over each of `stocks` stocks, and look in all of them."""
    planted: list[bool] = []
    others: list[bool] = []
    for number in range(stocks):
        world = make_world(number, FULL, TODAY)
        for seed in range(number * seeds, (number + 1) * seeds):
            _look(world, seed, planted, others)
    return Found(len(planted), float(np.mean(planted)), len(others), float(np.mean(others)))


def _look(world: World, seed: int, planted: list[bool], others: list[bool]) -> None:
    plans, calendar = world.plans, world.calendar
    levels = make_levels(seed, plans, CAMPAIGNS)
    effects = choose_planted(seed, plans, levels, FULL.planted_displacements)
    rates = monthly_rates(calendar, plans, levels, effects)
    facts = generator(seed, "facts").poisson(rates)
    done = make_interventions(seed, calendar, plans, levels, effects, FULL.interventions)
    places = np.array([[plan.x, plan.y] for plan in plans])
    here = np.array([present(plan) for plan in plans])
    dwellings = np.array([plan.dwellings for plan in plans])
    pool = possible_controls(places, np.array(sorted({n for each in done for n in each.sites})))
    pool = pool[here[pool]]

    def rose(targets: Ints, month: int) -> bool | None:
        ring = ring_around(places, targets)
        ring = ring[here[ring]]
        if not len(ring):
            return None
        campaign = calendar.campaign_before(calendar.month_start(month))
        stock = Stock(
            places, dwellings, levels[:, campaign],
            before=facts[:, month - MONTHS : month].sum(axis=1), after=facts[:, month : month + MONTHS].sum(axis=1),
        )  # fmt: skip
        areas = choose_areas(stock, targets, ring, pool)
        wide = dispersion(stock, ring, pool)
        return weighted_displacement_difference(
            stock.count(areas.ring), stock.count(areas.ring_control), dispersion=wide
        ).rose

    planted.extend(rose(np.array([effect.target]), PLANTED_MONTH) is True for effect in effects)
    for each in done[len(effects) :]:
        month = FACT_MONTHS - round((TODAY - each.starts_on).days / MONTH_DAYS)
        if MONTHS <= month <= FACT_MONTHS - MONTHS:
            alarm = rose(np.array(each.sites), month)
            if alarm is not None:
                others.append(alarm)


def main() -> None:
    """Print the figures; end with an error when either limit is passed."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--stocks", type=int, default=10)
    words.add_argument("--seeds", type=int, default=20, help="per stock")
    options = words.parse_args()
    started = time.monotonic()
    found = try_seeds(options.stocks, options.seeds)
    allowed = 0.05 + 2 * found.standard_error
    print(json.dumps({
        "seeds": options.stocks * options.seeds, "planted": found.planted, "power": round(found.power, 4),
        "interventions_without": found.others, "false_alarms": round(found.false_alarms, 4),
        "allowed": round(allowed, 4), "seconds": round(time.monotonic() - started, 1),
    }))  # fmt: skip
    if found.power < 0.8 or found.false_alarms > allowed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
