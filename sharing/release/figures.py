"""From the plan of a release to what it stores of each territory. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sharing.release.planning import (
    COMMUNE,
    DEPARTEMENT,
    NEIGHBOURHOOD,
    ZONE,
    Plan,
    RatedSite,
    RegionKey,
    Told,
    may_be_told,
)
from sharing.release.rules import Thresholds
from sharing.release.sizes import told_dwellings

# Coverage is told by steps of five points: with the exact share and the published figures, the dwellings of a lone
# withheld neighbourhood could be worked out.
COVERAGE_STEP: Final = 0.05

Counts = dict[str, int | None]


@dataclass(frozen=True)
class Figures:
    """What is published of one territory."""

    sites: Counts
    dwellings: Counts
    groups: int
    step: int | None  # to which dwellings are rounded; None where they are not told by level
    zone: int | None = None
    evolution: dict[str, dict[str, int]] | None = None


def figures_of(
    plan: Plan, before: Iterable[RatedSite] | None, thresholds: Thresholds
) -> dict[tuple[str, str], Figures | None]:
    """By kind and code of territory; None when withheld. `before`: the earlier round's sites, for the evolution.

    A total alone says nothing of levels and is not shown: what is told is bands at least.
    """
    found: dict[tuple[str, str], Figures | None] = {}
    earlier: dict[str, list[RatedSite]] = {}
    for site in before or ():
        for code in site.neighbourhoods:
            earlier.setdefault(code, []).append(site)
    for key in plan.shown:
        if key.kind != ZONE:
            found[key.kind, key.name] = _figures(plan, key)
    for code in plan.of(NEIGHBOURHOOD):
        own = found[NEIGHBOURHOOD, code]
        if own is not None:
            steps = evolution(
                earlier.get(code, []), plan.members[RegionKey(NEIGHBOURHOOD, code)], thresholds
            )
            found[NEIGHBOURHOOD, code] = replace(own, evolution=steps)
    zones = [(name, _figures(plan, RegionKey(ZONE, name))) for name in plan.of(ZONE)]
    for number, (name, figures) in enumerate(
        ((name, figures) for name, figures in zones if figures is not None), start=1
    ):
        for code in name.split():
            if found[NEIGHBOURHOOD, code] is None:
                found[NEIGHBOURHOOD, code] = replace(figures, zone=number)
    return found


def _figures(plan: Plan, key: RegionKey) -> Figures | None:
    shown = plan.shown[key]
    if shown is None or not shown.has_bands:
        return None
    step = plan.steps[key]
    return Figures(shown.sites, told_dwellings(shown.dwellings, step), shown.groups, step)


def evolution(
    before: Sequence[RatedSite], now: Sequence[RatedSite], thresholds: Thresholds
) -> dict[str, dict[str, int]] | None:
    """How many sites went down, stayed, went up; None where the rounds hold other sites or the first was withheld.

    A site that came or left would show as a change of the neighbourhood, and give its level away by difference.
    """
    earlier = {site.site: site.level for site in before}
    later = {site.site: site.level for site in now}
    if not earlier or earlier.keys() != later.keys() or not may_be_told(before, thresholds):
        return None
    steps = {"down": 0, "same": 0, "up": 0}
    for site, level in later.items():
        change = level - earlier[site]
        steps["up" if change > 0 else "down" if change < 0 else "same"] += 1
    return {"sites": steps}


def told_coverage(plan: Plan) -> float:
    """The plan's coverage, rounded down to COVERAGE_STEP."""
    return round(math.floor(plan.coverage() / COVERAGE_STEP + 1e-9) * COVERAGE_STEP, 2)


def ledger_of(plan: Plan) -> list[dict[str, Any]]:
    """What the ledger keeps of a plan, as JSON."""
    return [
        {
            "items": list(region.items),
            "step": region.step,
            "sites": [
                [site.site, site.group, site.level, site.dwellings, site.departement, site.commune,
                 site.neighbourhood]
                for site in region.sites
            ],
        }
        for region in plan.told
    ]  # fmt: skip


def told_from(ledger: Iterable[Mapping[str, Any]]) -> list[Told]:
    """The contrary of `ledger_of`."""
    return [
        # Releases of before dwellings were rounded told them as they are.
        Told(
            [RatedSite(*site) for site in region["sites"]],
            list(region["items"]),
            region.get("step", 1),
        )
        for region in ledger
    ]


__all__ = ["COMMUNE", "DEPARTEMENT", "NEIGHBOURHOOD", "Figures", "figures_of", "told_coverage"]
