"""How much of the demonstration its releases show: its last two rounds, planned without a database."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from orsen.demo.calendar import PAST_CAMPAIGNS
from orsen.demo.size import FULL, Size
from orsen.demo.world import World, make_world
from sharing.release.planning import Place, RatedSite, plan_release
from sharing.release.rules import Thresholds

# Groups of the twelve landlords, and who has signed the annex in force of each convention (orsen/demo/people.py and
# agreements.py; tests/attack/test_attack.py compares).
GROUP_OF = (0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8)
SIGNED = (frozenset(range(9)), frozenset({0, 2, 4, 6, 7}))


def shares(size: Size = FULL, seed: int = 10) -> dict[str, float]:
    """Share of the dwellings in neighbourhoods with published figures, 0..1: of both conventions by round, then apart."""
    world = make_world(seed, size, dt.date(2026, 11, 1))
    found: dict[str, float] = {}
    shown: dict[str, float] = defaultdict(float)
    weight = 0.0
    for number, departement in enumerate(size.departements):
        rounds = [
            _sites(world, number, index) for index in (PAST_CAMPAIGNS - 2, PAST_CAMPAIGNS - 1)
        ]
        places = _places([*rounds[0], *rounds[1]])
        first = plan_release(rounds[0], places, Thresholds(p=10))
        last = plan_release(rounds[1], places, Thresholds(p=10), told=first.told)
        dwellings = sum(site.dwellings for site in rounds[1] if site.neighbourhood)
        weight += dwellings
        for name, plan in (("before", first), ("last", last)):
            found[f"{departement.code} {name}"] = round(plan.coverage(), 3)
            shown[name] += plan.coverage() * dwellings
    return {name: round(amount / weight, 3) for name, amount in shown.items()} | found


def _sites(world: World, departement: int, campaign: int) -> list[RatedSite]:
    return [
        RatedSite(
            number, GROUP_OF[plan.landlord], int(world.levels[number, campaign]), plan.dwellings,
            str(departement), f"{plan.commune:05}", str(plan.qpv) if plan.qpv >= 0 else "",
        )
        for number, plan in enumerate(world.plans)
        if plan.departement == departement and plan.landlord in SIGNED[departement]
        and plan.first_campaign <= campaign <= plan.last_campaign
    ]  # fmt: skip


def _places(sites: list[RatedSite]) -> dict[str, Place]:
    communes: dict[str, Counter[str]] = defaultdict(Counter)
    for site in sites:
        if site.neighbourhood:
            communes[site.neighbourhood][site.commune] += 1
    return {
        code: Place(counts.most_common(1)[0][0], (0.0, float(code)))
        for code, counts in communes.items()
    }
