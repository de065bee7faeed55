"""The whole invented world, drawn before anything is written: a function of seed, size and day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orsen.demo.areas import Areas, make_areas
from orsen.demo.calendar import CAMPAIGNS, Calendar
from orsen.demo.chance import Ints
from orsen.demo.facts import Fact, Planted, choose_planted, make_facts
from orsen.demo.ground import Ground, make_ground
from orsen.demo.levels import make_levels
from orsen.demo.levers import InterventionPlan, make_interventions
from orsen.demo.size import Size
from orsen.demo.stock import SitePlan, make_stock
from orsen.demo.streets import Layer, make_layer


@dataclass
class World:
    """Land, stock, levels, facts, interventions. `levels` is (sites, campaigns)."""

    seed: int
    size: Size
    calendar: Calendar
    ground: Ground
    areas: Areas
    layer: Layer
    plans: list[SitePlan]
    levels: Ints
    planted: list[Planted]
    facts: list[Fact]
    interventions: list[InterventionPlan]


def make_world(seed: int, size: Size, today: dt.date) -> World:
    """Draw everything. Dates count back from `today`; no other figure depends on it but the season of facts."""
    calendar = Calendar(today)
    ground = make_ground(seed, size)
    areas = make_areas(seed, size, ground)
    layer = make_layer(seed, ground)
    plans = make_stock(seed, size, ground, areas, layer, CAMPAIGNS)
    levels = make_levels(seed, plans, CAMPAIGNS)
    planted = choose_planted(seed, plans, levels, size.planted_displacements)
    facts = make_facts(seed, calendar, plans, levels, planted)
    interventions = make_interventions(seed, calendar, plans, levels, planted, size.interventions)
    return World(
        seed, size, calendar, ground, areas, layer, plans, levels, planted, facts, interventions
    )
