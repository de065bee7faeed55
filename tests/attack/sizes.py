"""Somebody who knows the dwellings of every site looks for the sites that add up. Shares no line with what it attacks.

Unknown is the level of each site. Told are, by region and item, how many sites, and between which two numbers their
dwellings lie. A site is found out when its band is the same in every assignment that fits, and the numbers of sites
alone would have left it open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from tests.attack.auditor import LEVELS_OF, Site


@dataclass(frozen=True)
class Sum:
    """A told figure: the sites of a region at an item's levels; `dwellings`: least and most, None where not told."""

    sites: frozenset[int]
    item: str
    count: int
    dwellings: tuple[int, int] | None


class Searcher:
    """Attacks on the levels of single sites; `knows`: a group that knows those of its own."""

    def __init__(
        self, sites: Sequence[Site], told: Sequence[Sum], knows: int | None = None
    ) -> None:
        self.place = {site.number: at for at, site in enumerate(sites)}
        self.sites, self.told = list(sites), list(told)
        lower = np.zeros(4 * len(sites))
        for site in sites:
            if site.group == knows:
                lower[4 * self.place[site.number] + site.level - 1] = 1
        self.bounds = Bounds(lower, np.ones(4 * len(sites)))

    def is_found_out(self, site: Site) -> bool:
        """Whether the dwellings give its band away."""
        return not self._may_be_elsewhere(site, True) and self._may_be_elsewhere(site, False)

    def _may_be_elsewhere(self, site: Site, with_dwellings: bool) -> bool:
        rows = len(self.sites) + 2 * len(self.told) + 1
        matrix = lil_array((rows, 4 * len(self.sites)))
        low, high = np.ones(rows), np.ones(rows)
        for number in range(len(self.sites)):
            matrix[number, 4 * number : 4 * number + 4] = 1
        row = len(self.sites)
        for one in self.told:
            for number in one.sites:
                for level in LEVELS_OF[one.item]:
                    column = 4 * self.place[number] + level - 1
                    matrix[row, column] = 1
                    matrix[row + 1, column] = self.sites[self.place[number]].dwellings
            low[row] = high[row] = one.count
            least, most = one.dwellings if with_dwellings and one.dwellings else (0, np.inf)
            low[row + 1], high[row + 1] = least, most
            row += 2
        other = (1, 2) if site.level > 2 else (3, 4)
        for level in other:
            matrix[row, 4 * self.place[site.number] + level - 1] = 1
        found = milp(
            np.zeros(4 * len(self.sites)),
            constraints=LinearConstraint(matrix.tocsr(), low, high),
            integrality=np.ones(4 * len(self.sites)),
            bounds=self.bounds,
            options={"time_limit": 20},
        )
        if found.status not in (0, 2):
            raise RuntimeError(f"the search did not end: {found.message}")
        return bool(found.status == 0)
