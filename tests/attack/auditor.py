"""An auditor that shares no line with the protection it attacks: it reads what was told, and solves for what was not.

What it knows: which sets of sites each figure speaks of (addresses are public), what was told of them, that figures are
whole and not negative, and its own figures. It assumes that no level changed between two releases: what one told of a
site still holds for the other. Unknown are the sites and dwellings at each level in each smallest part that the told
sets cut out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import lil_array

LEVELS_OF = {
    "total": (1, 2, 3, 4), "1-2": (1, 2), "3-4": (3, 4), "1": (1,), "2": (2,), "3": (3,), "4": (4,),
}  # fmt: skip
OUTSIDER: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Site:
    """A site as it truly is."""

    number: int
    group: int
    level: int
    dwellings: int


@dataclass(frozen=True)
class Figure:
    """A figure of a table: the sites that it speaks of, the item; told or not."""

    sites: frozenset[int]
    item: str


@dataclass(frozen=True)
class Finding:
    """What one attack made of one withheld figure."""

    width: float
    needed: float

    @property
    def is_recovered(self) -> bool:
        """Known exactly."""
        return self.width < 0.5

    @property
    def is_too_near(self) -> bool:
        """Nearer than the protection level."""
        return self.width < self.needed - 1e-6


def is_sensitive(sites: Sequence[Site], item: str, p: float) -> bool:
    """Whether a figure could not be told by itself: the primary rules, written again from their text."""
    inside = [site for site in sites if site.level in LEVELS_OF[item]]
    if _is_thin(sites, p, floor=True):
        return True
    if item == "total":
        return False
    everybody = {site.group for site in sites}
    for without in (None, *everybody):
        others = [site for site in sites if site.group != without]
        if len({site.level for site in others if site.dwellings}) < 2:
            return True
    return item in {"1", "2", "3", "4"} and bool(inside) and _is_thin(inside, p, floor=False)


def _is_thin(sites: Sequence[Site], p: float, *, floor: bool) -> bool:
    """Too few groups, sites or dwellings, or the largest group can be guessed by the second."""
    if floor and (len(sites) < 5 or sum(site.dwellings for site in sites) < 11):
        return True
    for measure in (0, 1):
        shares: dict[int, int] = {}
        for site in sites:
            shares[site.group] = shares.get(site.group, 0) + (1, site.dwellings)[measure]
        ranked = sorted(shares.values(), reverse=True)
        if len(ranked) < 3 or sum(ranked[2:]) < p / 100 * ranked[0]:
            return True
    return False


class Auditor:
    """Attacks on one set of told figures."""

    def __init__(
        self, sites: Sequence[Site], told: Iterable[Figure], withheld: Iterable[Figure], p: float
    ) -> None:
        """`withheld`: figures to attack. `p`: percentage that sets the protection level."""
        self.sites, self.p = {site.number: site for site in sites}, p
        self.told, self.withheld = list(dict.fromkeys(told)), list(dict.fromkeys(withheld))
        sets = list(dict.fromkeys(figure.sites for figure in (*self.told, *self.withheld)))
        held: dict[int, list[int]] = {number: [] for number in self.sites}
        for place, members in enumerate(sets):
            for number in members:
                held[number].append(place)
        signatures = {number: tuple(places) for number, places in held.items()}
        parts = {one: at for at, one in enumerate(dict.fromkeys(signatures.values()))}
        self.part_of = {number: parts[one] for number, one in signatures.items()}
        self.columns = 4 * len(parts)
        matrix = lil_array((len(self.told), self.columns))
        for row, figure in enumerate(self.told):
            for column in self.columns_of(figure):
                matrix[row, column] = 1
        self.matrix = matrix.tocsr()

    def columns_of(self, figure: Figure) -> list[int]:
        """The unknowns that a figure sums."""
        parts = sorted({self.part_of[number] for number in figure.sites})
        return [4 * part + level - 1 for part in parts for level in LEVELS_OF[figure.item]]

    def amounts(self, measure: int, groups: frozenset[int] | None = None) -> np.ndarray:
        """The truth by unknown: sites (0) or dwellings (1), of everybody or of some groups."""
        found = np.zeros(self.columns)
        for site in self.sites.values():
            if groups is None or site.group in groups:
                found[4 * self.part_of[site.number] + site.level - 1] += (1, site.dwellings)[
                    measure
                ]
        return found

    def needed(self, figure: Figure, measure: int, knows: frozenset[int]) -> float:
        """The protection level: p % of the largest group's share among those the attacker does not know, at least 1.

        1 for a figure that is withheld for another's sake; 0 where the others have nothing in the figure.
        """
        shares: dict[int, int] = {}
        for number in figure.sites:
            site = self.sites[number]
            if site.group not in knows and site.level in LEVELS_OF[figure.item]:
                shares[site.group] = shares.get(site.group, 0) + (1, site.dwellings)[measure]
        largest = max(shares.values(), default=0)
        if not largest:
            return 0.0
        if not is_sensitive([self.sites[number] for number in figure.sites], figure.item, self.p):
            return 1.0
        return float(max(1, math.ceil(self.p / 100 * largest)))

    def attack(self, figure: Figure, measure: int, knows: frozenset[int]) -> Finding:
        """The narrowest interval of a withheld figure that somebody who knows these groups' figures can prove."""
        truth, lower = self.amounts(measure), self.amounts(measure, knows)
        sums = self.matrix @ truth
        objective = np.zeros(self.columns)
        objective[self.columns_of(figure)] = 1
        needed = self.needed(figure, measure, knows)
        value = float(objective @ truth)
        bounds = np.column_stack([lower, np.full(self.columns, np.inf)])
        ends = []
        for sign in (1, -1):
            found = linprog(sign * objective, A_eq=self.matrix, b_eq=sums, bounds=bounds)
            if found.status not in (0, 3):
                raise RuntimeError(f"the attack's own programme failed: {found.message}")
            ends.append(math.inf if found.status == 3 else float(objective @ found.x))
        width = ends[1] - ends[0]
        if math.isfinite(width) and width < 3 * needed + 2:
            width = self._in_whole_numbers(objective, sums, lower, value + needed + ends[1])
        return Finding(width, needed)

    def _in_whole_numbers(
        self, objective: np.ndarray, sums: np.ndarray, lower: np.ndarray, cap: float
    ) -> float:
        ends = []
        rules = LinearConstraint(self.matrix, sums, sums)
        for sign in (1, -1):
            found = milp(
                sign * objective, constraints=rules, integrality=np.ones(self.columns),
                bounds=Bounds(lower, np.full(self.columns, cap + sums.max(initial=0))),
            )  # fmt: skip
            if found.x is None:
                raise RuntimeError(f"the attack's own programme failed: {found.message}")
            ends.append(float(objective @ found.x))
        return round(ends[1] - ends[0], 6)
