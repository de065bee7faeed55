"""Levers and interventions: forty actions, three of which push trouble to the neighbours (see `facts`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from orsen.demo.calendar import PAST_CAMPAIGNS, Calendar
from orsen.demo.chance import Ints, generator
from orsen.demo.facts import PLANTED_MONTH, Planted, present
from orsen.demo.stock import SitePlan

# (code, label, from level, A-TFPB axis, usual length in days, euros a day)
CATALOGUE: Final = [
    ("controle-acces", "Contrôle d’accès renouvelé", 2, 5, 60, 700),
    ("video", "Vidéoprotection des parties communes", 3, 5, 90, 900),
    ("mediation", "Médiation en soirée", 2, 7, 240, 180),
    ("sur-entretien", "Sur-entretien des halls", 1, 3, 180, 90),
    ("gardiennage", "Présence renforcée des gardiens", 3, 1, 150, 220),
    ("eclairage", "Éclairage des abords", 1, 8, 45, 500),
    ("residentialisation", "Résidentialisation", 3, 8, 300, 1_500),
    ("operation-conjointe", "Opération conjointe avec la police", 4, 5, 30, 150),
    ("epaves", "Enlèvement d’épaves et d’encombrants", 1, 4, 20, 260),
    ("concertation", "Ateliers avec les locataires", 1, 6, 90, 70),
]  # fmt: skip
PLANTED_LEVER: Final = "operation-conjointe"
EFFECTS: Final = [
    "Moins de regroupements signalés.", "Effet faible, à poursuivre.", "Équipements remis en service et tenus.", "",
]  # fmt: skip


@dataclass(frozen=True)
class InterventionPlan:
    """One intervention on sites (indices) of one landlord."""

    landlord: int
    sites: tuple[int, ...]
    lever: int
    starts_on: dt.date
    ends_on: dt.date
    status: str
    cost_euros: int
    effect: str


def make_interventions(
    seed: int, calendar: Calendar, plans: list[SitePlan], levels: Ints, planted: list[Planted], count: int
) -> list[InterventionPlan]:  # fmt: skip
    """The planted ones first, then `count` in all, on sites at level 2 or more, away from the planted rings."""
    random = generator(seed, "interventions")
    codes = [row[0] for row in CATALOGUE]
    made = [
        _plan(random, calendar, plans, ((effect.target,), codes.index(PLANTED_LEVER), calendar.month_start(PLANTED_MONTH)))
        for effect in planted
    ]  # fmt: skip
    touched = {site for effect in planted for site in (effect.target, *effect.ring)}
    # One at least for each landlord, so that every landlord's pages have something to show.
    order = random.permutation(len(plans)).tolist()
    firsts = list(
        {
            plans[site].landlord: site
            for site in reversed(order)
            if levels[site, PAST_CAMPAIGNS - 1] > 1
        }.values()
    )
    places = np.array([[plan.x, plan.y] for plan in plans])
    near = cKDTree(places)
    for site in [*firsts, *order]:
        if len(made) == count:
            break
        worst = int(levels[site, PAST_CAMPAIGNS - 1])
        if worst < 2 or site in touched or not present(plans[site]):
            continue
        beside = near.query_ball_point(places[site], 250.0)
        joined = [
            n
            for n in beside
            if plans[n].landlord == plans[site].landlord and n not in touched and present(plans[n])
        ]
        touched |= set(joined)
        fitting = [n for n, row in enumerate(CATALOGUE) if row[2] <= worst]
        lever = fitting[int(random.integers(len(fitting)))]
        start = calendar.today - dt.timedelta(days=int(random.integers(-90, 900)))
        made.append(_plan(random, calendar, plans, (tuple(joined[:3]) or (site,), lever, start)))
    return made


def _plan(
    random: np.random.Generator, calendar: Calendar, plans: list[SitePlan],
    what: tuple[tuple[int, ...], int, dt.date],
) -> InterventionPlan:  # fmt: skip
    sites, lever, start = what
    days = round(CATALOGUE[lever][4] * float(random.uniform(0.7, 1.4)))
    end = start + dt.timedelta(days=days)
    status = (
        "planned" if start > calendar.today else "under_way" if end >= calendar.today else "done"
    )
    cost = round(days * CATALOGUE[lever][5] * len(sites) * float(random.uniform(0.8, 1.3)), -2)
    effect = EFFECTS[int(random.integers(len(EFFECTS)))] if status == "done" else ""
    return InterventionPlan(
        plans[sites[0]].landlord, sites, lever, start, end, status, int(cost), effect
    )
