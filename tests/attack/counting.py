"""Attacks on the facts by family of a release.

The auditor shares no line with what it attacks. It knows which sets of sites each figure speaks of, what was told of
them, its own sites, and that counts are whole and not negative. Facts are taken to be the same in both releases.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import lil_array

from tests.attack.auditor import Finding, Site, is_sensitive

FAMILIES = ("BIENS", "OCCUP", "SERVICE", "TRANQ")


@dataclass(frozen=True)
class Counted:
    """A site: what it truly counts, by leaf."""

    site: Site
    amounts: Mapping[str, int]


@dataclass(frozen=True)
class Count:
    """A figure: the sites that it speaks of and the leaves that it sums."""

    sites: frozenset[int]
    leaves: frozenset[str]


class CountAuditor:
    """Attacks on one set of told counts."""

    def __init__(self, sites: Sequence[Counted], told: Iterable[Count], hidden: Iterable[Count], p: float) -> None:  # fmt: skip
        """`hidden`: figures to attack."""
        self.sites, self.p = {each.site.number: each for each in sites}, p
        self.told, self.hidden = list(dict.fromkeys(told)), list(dict.fromkeys(hidden))
        self.leaves = sorted({leaf for one in (*self.told, *self.hidden) for leaf in one.leaves})
        sets = list(dict.fromkeys(one.sites for one in (*self.told, *self.hidden)))
        within = {
            number: tuple(place for place, those in enumerate(sets) if number in those)
            for number in self.sites
        }
        parts = {one: place for place, one in enumerate(dict.fromkeys(within.values()))}
        self.part_of = {number: parts[one] for number, one in within.items()}
        self.columns = len(parts) * len(self.leaves)
        matrix = lil_array((len(self.told), self.columns))
        for row, one in enumerate(self.told):
            for column in self._columns_of(one):
                matrix[row, column] = 1
        self.matrix = matrix.tocsr()

    def _columns_of(self, figure: Count) -> list[int]:
        parts = sorted({self.part_of[number] for number in figure.sites})
        leaves = [place for place, leaf in enumerate(self.leaves) if leaf in figure.leaves]
        return [part * len(self.leaves) + leaf for part in parts for leaf in leaves]

    def _amounts(self, group: int | None = None) -> np.ndarray:
        found = np.zeros(self.columns)
        for number, each in self.sites.items():
            if group is None or each.site.group == group:
                for place, leaf in enumerate(self.leaves):
                    found[self.part_of[number] * len(self.leaves) + place] += each.amounts.get(leaf, 0)  # fmt: skip
        return found

    def needed(self, figure: Count, group: int | None) -> float:
        """The protection level; 0 where the others have nothing in the figure."""
        shares: dict[int, int] = {}
        for number in figure.sites:
            each = self.sites[number]
            amount = sum(each.amounts.get(leaf, 0) for leaf in figure.leaves)
            if amount and each.site.group != group:
                shares[each.site.group] = shares.get(each.site.group, 0) + amount
        if not shares:
            return 0.0
        return max(1.0, math.ceil(self.p / 100 * max(shares.values()))) if self.is_thin(figure) else 1.0  # fmt: skip

    def is_thin(self, figure: Count) -> bool:
        """Whether a figure could not be told by itself: the rules of facts, written again from their text."""
        here = [self.sites[number] for number in figure.sites]
        if is_sensitive([each.site for each in here], "total", self.p):
            return True
        shares: dict[int, int] = {}
        for each in here:
            amount = sum(each.amounts.get(leaf, 0) for leaf in figure.leaves)
            if amount:
                shares[each.site.group] = shares.get(each.site.group, 0) + amount
        ranked = sorted(shares.values(), reverse=True)
        return bool(ranked) and (len(ranked) < 3 or sum(ranked[2:]) < self.p / 100 * ranked[0])

    def attack(self, figure: Count, group: int | None) -> Finding:
        """The narrowest interval that the outsider (None) or a group can prove of a withheld figure."""
        truth = self._amounts()
        lower = np.zeros(self.columns) if group is None else self._amounts(group)
        sums, goal = self.matrix @ truth, np.zeros(self.columns)
        goal[self._columns_of(figure)] = 1
        wanted = self.needed(figure, group)
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * goal, A_eq=self.matrix, b_eq=sums,
                bounds=np.column_stack([lower, np.full(self.columns, np.inf)]),
            )  # fmt: skip
            if found.status not in (0, 3):
                raise RuntimeError(f"the attack's own programme failed: {found.message}")
            ends.append(math.inf if found.status == 3 else float(goal @ found.x))
        width = ends[1] - ends[0]
        if math.isfinite(width) and width < 3 * wanted + 2:
            width = self._whole(goal, sums, lower)
        return Finding(width, wanted)

    def _whole(self, goal: np.ndarray, sums: np.ndarray, lower: np.ndarray) -> float:
        ends = []
        most = np.full(self.columns, 2 * sums.max(initial=1) + lower.max(initial=0) + 1)
        for sign in (1, -1):
            found = milp(
                sign * goal, constraints=LinearConstraint(self.matrix, sums, sums),
                integrality=np.ones(self.columns), bounds=Bounds(lower, most), options={"time_limit": 20},
            )  # fmt: skip
            if found.x is None:
                raise RuntimeError(f"the attack's own programme failed: {found.message}")
            ends.append(float(goal @ found.x))
        return round(ends[1] - ends[0], 6)
