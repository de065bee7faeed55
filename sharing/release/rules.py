"""The primary rules of statistical secrecy: whether a neighbourhood's figures may be published at all.

A contributor is a landlord group: what one group could work out of another's figures is what the rules prevent.
Figures are sites and dwellings by sensitivity level; a neighbourhood is published whole or withheld whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Thresholds:
    """What a published neighbourhood holds at least. `p` is a percentage, drawn per installation and kept secret."""

    p: float
    groups: int = 3
    sites: int = 5
    dwellings: int = 11

    def as_public(self) -> dict[str, int | bool]:
        """What a release says of the rules applied to it: never p."""
        return {
            "groups": self.groups,
            "sites": self.sites,
            "dwellings": self.dwellings,
            "dominance": True,
            "homogeneity": True,
        }


@dataclass(frozen=True)
class Neighbourhood:
    """The rated sites of one neighbourhood, one entry a site: its id, its group's id, its level, its dwellings."""

    sites: Integers
    groups: Integers
    levels: Integers
    dwellings: Integers

    @classmethod
    def of(cls, rows: list[tuple[int, int, int, int]]) -> Neighbourhood:
        """From rows (site id, group id, level 1..4, dwellings)."""
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
        return cls(table[:, 0], table[:, 1], table[:, 2], table[:, 3])

    def without(self, group: int) -> Neighbourhood:
        """What the group sees when it takes its own figures away."""
        others = self.groups != group
        return Neighbourhood(
            self.sites[others], self.groups[others], self.levels[others], self.dwellings[others]
        )


def has_enough_groups(cell: Neighbourhood, minimum: int) -> bool:
    """At least that many landlord groups: with two, each would read the other's figures."""
    return len(np.unique(cell.groups)) >= minimum


def has_enough_sites(cell: Neighbourhood, minimum: int) -> bool:
    """At least that many sites."""
    return len(cell.sites) >= minimum


def has_enough_dwellings(cell: Neighbourhood, minimum: int) -> bool:
    """At least that many dwellings (INSEE publishes no grid cell under 11 households)."""
    return int(cell.dwellings.sum()) >= minimum


def is_dominated(amounts: Integers, groups: Integers, p: float) -> bool:
    """The p % rule: the second largest contributor could estimate the largest within p %.

    With X the total and x1 ≥ x2 the two largest contributions, unsafe when X − x1 − x2 < p/100 · x1
    (Hundepool et al., *Statistical Disclosure Control*, 2012, section 4.2).
    """
    shares = np.sort(np.bincount(np.unique(groups, return_inverse=True)[1], weights=amounts))[::-1]
    if len(shares) == 0:
        return True
    largest = float(shares[0])
    second = float(shares[1]) if len(shares) > 1 else 0.0
    return float(shares.sum()) - largest - second < p / 100 * largest


def is_homogeneous(cell: Neighbourhood) -> bool:
    """All the sites at one level, or all the dwellings: the level of every one of them would be known."""
    inhabited = cell.levels[cell.dwellings > 0]
    return len(np.unique(cell.levels)) <= 1 or len(np.unique(inhabited)) <= 1


def is_homogeneous_to_a_group(cell: Neighbourhood) -> bool:
    """Whether a group that takes its own sites away would find all the others at one level."""
    return any(is_homogeneous(cell.without(group)) for group in np.unique(cell.groups))


def broken_rules(cell: Neighbourhood, thresholds: Thresholds) -> set[str]:
    """The rules that forbid publishing; empty when the neighbourhood may be published.

    Kept out of releases: which rule withholds a neighbourhood is information on it.
    """
    one_each = np.ones_like(cell.dwellings)
    broken = {
        "groups": not has_enough_groups(cell, thresholds.groups),
        "sites": not has_enough_sites(cell, thresholds.sites),
        "dwellings": not has_enough_dwellings(cell, thresholds.dwellings),
        "dominance of dwellings": is_dominated(cell.dwellings, cell.groups, thresholds.p),
        "dominance of sites": is_dominated(one_each, cell.groups, thresholds.p),
        "homogeneity": is_homogeneous(cell),
        "homogeneity to a group": is_homogeneous_to_a_group(cell),
    }
    return {name for name, is_broken in broken.items() if is_broken}


def is_publishable(cell: Neighbourhood, thresholds: Thresholds) -> bool:
    """Whether no rule is broken."""
    return not broken_rules(cell, thresholds)
