"""Dwellings are told in round numbers, so that nobody who knows how large each site is finds which sites add up.

A register lists every building: the dwellings of each site are public, its level is not. With exact sums of dwellings by
level, often one choice of sites alone would give the published numbers. Each region rounds its dwellings to a step of
its own; a site is hidden when another one of another band could stand in its place, and it in the other's, without any
published number changing. Where no step of a quarter of the region's dwellings is wide enough, it tells sites alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sharing.release.protection.table import Booleans, Floats, Integers

STEPS: Final = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000)
FINEST: Final = 100  # the first step is at least the region's dwellings by this
COARSEST: Final = 4  # and none is wider than them by this
# Sites are exchanged within lots of this size: a lot more would find no more that matters.
LOT: Final = 1200
ORDERS: Final = 4000  # random exchanges of many sites that are tried where no two can change places
LEVELS_OF: Final = {"1-2": (1, 2), "3-4": (3, 4), "1": (1,), "2": (2,), "3": (3,), "4": (4,)}


@dataclass(frozen=True)
class Sized:
    """A site of a telling: who holds it, its level then, its dwellings then."""

    site: int
    group: int
    level: int
    dwellings: int


@dataclass(frozen=True)
class Telling:
    """A region whose sites by level are told: `items` that are. `step`: how its dwellings were rounded before.

    Step 0: dwellings were not told. None: told now, the step is to be found.
    """

    sites: Sequence[Sized]
    items: Sequence[str]
    step: int | None = None


def rounded(amount: int, step: int) -> int:
    """To the nearest multiple of the step, halves upwards."""
    return (amount + step // 2) // step * step


def first_step(dwellings: int) -> int | None:
    """The finest step for that many dwellings; None where it would already be too coarse."""
    step = next((one for one in STEPS if one * FINEST >= dwellings), STEPS[-1])
    return step if step * COARSEST <= dwellings else None


def coarser(step: int, dwellings: int) -> int | None:
    """The next step; None where it would be too coarse."""
    wider = [one for one in STEPS if one > step and one * COARSEST <= dwellings]
    return wider[0] if wider else None


def steps_of(tellings: Sequence[Telling]) -> list[int | None]:
    """The step of each telling, in order; None where its dwellings by level must not be told.

    Steps of earlier releases stay as they were: what they told cannot be taken back.
    """
    sizes = [sum(site.dwellings for site in one.sites) for one in tellings]
    steps = [
        (one.step or None) if one.step is not None else first_step(size)
        for one, size in zip(tellings, sizes, strict=True)
    ]
    lots = list(_lots(tellings))
    while True:
        widened: set[int] = set()
        for lot in lots:
            if lot.is_found_out(tellings, steps):
                mine = [
                    number
                    for number in lot.inside
                    if steps[number] is not None and tellings[number].step is None
                ]
                # The narrowest step binds most.
                widened.update(sorted(mine, key=lambda number: (steps[number] or 0, number))[:1])
        if not widened:
            return steps
        for number in widened:
            steps[number] = coarser(steps[number] or 0, sizes[number])


@dataclass(frozen=True)
class _Lot:
    """Sites that the same tellings hold: exchanging two of them changes no number of sites."""

    inside: tuple[int, ...]
    sites: tuple[int, ...]

    def is_found_out(self, tellings: Sequence[Telling], steps: Sequence[int | None]) -> bool:
        """Whether the dwellings told now show a site's band that the rest does not: numbers of sites, earlier dwellings."""
        bound = [number for number in self.inside if steps[number] is not None]
        if not bound:
            return False
        holders = {
            site.site: site for number in reversed(self.inside) for site in tellings[number].sites
        }
        rows = [holders[site] for site in self.sites]
        group = np.array([row.group for row in rows])
        band = np.array([row.level > 2 for row in rows])
        before = band[:, np.newaxis] != band[np.newaxis, :]
        hidden = before.copy()
        windows = [_Window.of(tellings[number], steps[number] or 0, self.sites) for number in bound]
        for number, window in zip(bound, windows, strict=True):
            unchanged = window.pairs()
            hidden &= unchanged
            if tellings[number].step is not None:
                before &= unchanged
        weak = _has_partner(before, group) & ~_has_partner(hidden, group)
        return bool(weak.any()) and not _all_cleared(np.flatnonzero(weak), group, band, windows)


@dataclass(frozen=True)
class _Window:
    """How far the dwellings of each level may rise and fall before a published number of a telling changes."""

    size: Floats  # of the lot's sites
    level: Integers  # likewise
    bounds: tuple[tuple[tuple[int, ...], float, float], ...]  # levels, how far down, how far up

    @classmethod
    def of(cls, telling: Telling, step: int, sites: Sequence[int]) -> _Window:
        then = {site.site: site for site in telling.sites}
        bounds = []
        for item in telling.items:
            if item in LEVELS_OF:
                true = sum(one.dwellings for one in telling.sites if one.level in LEVELS_OF[item])
                low = rounded(true, step) - step // 2
                bounds.append((LEVELS_OF[item], float(true - low), float(low + step - 1 - true)))
        return cls(
            np.array([then[site].dwellings for site in sites], dtype=np.float64),
            np.array([then[site].level for site in sites], dtype=np.int64),
            tuple(bounds),
        )

    def pairs(self) -> Booleans:
        """Pairs of sites that can change places unseen."""
        up, down = np.full(5, np.inf), np.full(5, np.inf)
        for levels, fall, rise in self.bounds:
            for each in levels:
                up[each], down[each] = min(up[each], rise), min(down[each], fall)
        gain = self.size[np.newaxis, :] - self.size[:, np.newaxis]  # of the first one's level
        first = _fits(gain, up[self.level][:, np.newaxis], down[self.level][:, np.newaxis])
        return first & _fits(-gain, up[self.level][np.newaxis, :], down[self.level][np.newaxis, :])

    def holds(self, orders: Integers) -> Booleans:
        """Which orders of the sites, one a row, are unseen when each site takes the level of the one in its place."""
        level = self.level[orders]
        found = np.ones(len(orders), dtype=bool)
        for levels, fall, rise in self.bounds:
            inside = np.isin(level, levels)
            change = inside @ self.size - np.isin(self.level, levels) @ self.size
            found &= (change <= rise) & (change >= -fall)
        return found


def _all_cleared(
    weak: Integers, group: Integers, band: Booleans, windows: Sequence[_Window]
) -> bool:
    """Whether wider exchanges hide those sites from every group but their own: random orders of what it does not know."""
    random = np.random.default_rng(len(group))
    for attacker in np.unique(group).tolist():
        unknown = np.flatnonzero(group != attacker)
        seen = weak[group[weak] != attacker]
        if len(seen) == 0:
            continue
        orders = np.tile(np.arange(len(group)), (ORDERS, 1))
        orders[:, unknown] = unknown[random.random((ORDERS, len(unknown))).argsort(axis=1)]
        for window in windows:
            orders = orders[window.holds(orders)]
        if not (band[orders][:, seen] != band[seen]).any(axis=0).all():
            return False
    return True


def _fits(gain: Floats, up: Floats, down: Floats) -> Booleans:
    return np.asarray((gain <= up) & (-gain <= down))


def _has_partner(pairs: Booleans, group: Integers) -> Booleans:
    """Sites that have somebody to change places with, in everybody's eyes: a group knows its own sites' levels.

    One partner of the site's own group is enough, since nobody else knows either; else of two other groups.
    """
    names, number = np.unique(group, return_inverse=True)
    by_group = (pairs.astype(np.float32) @ np.eye(len(names), dtype=np.float32)[number]) > 0
    own = by_group[np.arange(len(group)), number]
    return np.asarray(own | (by_group.sum(axis=1) >= 2))


def _lots(tellings: Sequence[Telling]) -> list[_Lot]:
    inside: dict[int, list[int]] = defaultdict(list)
    for number, telling in enumerate(tellings):
        for site in telling.sites:
            inside[site.site].append(number)
    lots: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for name in sorted(inside):
        lots[tuple(inside[name])].append(name)
    found = []
    for held_by, sites in lots.items():
        count = math.ceil(len(sites) / LOT)
        # Every so-manyth site, so that a lot holds sites of all places.
        found += [_Lot(held_by, tuple(sites[start::count])) for start in range(count)]
    return found


def told_dwellings(exact: Mapping[str, int | None], step: int | None) -> dict[str, int | None]:
    """Dwellings as they are published; by level None where they are not. The whole is public and only rounded."""
    return {
        item: None
        if amount is None or (step is None and item in LEVELS_OF)
        else rounded(amount, step or STEPS[0])
        for item, amount in exact.items()
    }
