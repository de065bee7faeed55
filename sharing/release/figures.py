"""From the plan of a release to what it stores of each territory. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sharing.release.counts import FACTS
from sharing.release.planning import (
    COMMUNE,
    DEPARTEMENT,
    NEIGHBOURHOOD,
    ZONE,
    Plan,
    RatedSite,
    RegionKey,
    Told,
)
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
    facts: Counts | None = None  # by family, and in all


def figures_of(plan: Plan) -> dict[tuple[str, str], Figures | None]:
    """By kind and code of territory; None when withheld.

    A total alone says nothing of levels and is not shown: what is told is bands at least.
    """
    found: dict[tuple[str, str], Figures | None] = {}
    for key in plan.shown:
        if key.kind != ZONE:
            found[key.kind, key.name] = _figures(plan, key)
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
    return Figures(
        shown.sites,
        told_dwellings(shown.dwellings, step),
        shown.groups,
        step,
        facts=plan.further.get(FACTS, {}).get(key),
    )


def told_coverage(plan: Plan) -> float:
    """The plan's coverage, rounded down to COVERAGE_STEP."""
    return round(math.floor(plan.coverage() / COVERAGE_STEP + 1e-9) * COVERAGE_STEP, 2)


def ledger_of(plan: Plan) -> list[dict[str, Any]]:
    """What the ledger keeps of a plan, as JSON."""
    return [
        {
            "items": list(region.items),
            "step": region.step,
            "further": {name: list(items) for name, items in region.further.items()},
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
            region.get("further", {}),
        )
        for region in ledger
    ]


__all__ = ["COMMUNE", "DEPARTEMENT", "NEIGHBOURHOOD", "Figures", "figures_of", "told_coverage"]
