"""Invented stocks for the protection's tests and measures: sites of groups in communes cut by IRIS and QPV."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sharing.release.rules import Thresholds
from sharing.release.tables import LEVEL_ITEMS, LinkedTables, Region, Rows

Integers = np.ndarray


@dataclass(frozen=True)
class Stock:
    """One entry a site; commune, IRIS and QPV (−1 outside) by number."""

    commune: Integers
    iris: Integers
    qpv: Integers
    group: Integers
    level: Integers
    dwellings: Integers


def make_stock(seed: int, communes: int, groups: int = 9, iris: int = 12, sites: int = 55) -> Stock:
    """About `sites` a commune, of a few groups each; levels as in the demonstration's distribution."""
    random = np.random.default_rng(seed)
    columns: list[list[int]] = [[] for _ in range(6)]
    qpv_number = 0
    for commune in range(communes):
        count = max(1, int(random.gamma(2.0, sites / 2)))
        places = max(1, int(random.poisson(iris * count / sites)))
        here = random.choice(groups, min(groups, int(random.integers(1, 9))), replace=False)
        pull = random.gamma(1.5, size=len(here))
        quarters = int(random.integers(0, 4))
        for _ in range(count):
            place = int(random.integers(places))
            in_qpv = quarters > 0 and random.random() < 0.45
            trouble = random.normal(0.9 if in_qpv else -0.7)
            level = 1 + int(np.searchsorted([0.7, 1.4, 2.1], trouble))
            row = (
                commune, commune * 1000 + place, qpv_number + place % quarters if in_qpv else -1,
                int(random.choice(here, p=pull / pull.sum())), level - 1,
                max(4, int(random.lognormal(3.8, 0.8))),
            )  # fmt: skip
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        qpv_number += quarters
    return Stock(*(np.array(column, dtype=np.int64) for column in columns))


def linked(
    stock: Stock,
    *,
    geographies: tuple[str, ...] = ("iris", "qpv"),
    groups: int = 9,
    p: float = 10,
    departement: int = 1_000,
) -> LinkedTables:
    """Communes, their IRIS and QPV, all published where they may be, and a sum over each `departement` communes."""
    atoms, atom_of = np.unique(
        np.stack([stock.commune, stock.iris, stock.qpv]), axis=1, return_inverse=True
    )
    regions = [Region((), False, int(commune) + 1) for commune in atoms[0]]
    parts_of_commune: dict[int, list[int]] = {}
    for number, commune in enumerate(atoms[0].tolist()):
        parts_of_commune.setdefault(commune, []).append(number)
    for geography in geographies:
        line = atoms[1] if geography == "iris" else atoms[2]
        for code in np.unique(line[line >= 0]).tolist():
            parts = tuple(np.flatnonzero(line == code).tolist())
            regions.append(Region(parts, True, int(atoms[0][parts[0]]) + 1))
    communes = []
    for commune, parts in parts_of_commune.items():
        communes.append(len(regions))
        regions.append(Region(tuple(parts), True, commune + 1, 2.0))
    regions += [
        Region(tuple(communes[first : first + departement]), True, 0, 8.0)
        for first in range(0, len(communes), departement)
    ]
    rows = Rows(
        atom_of.ravel(), stock.group, stock.level, (np.ones_like(stock.level), stock.dwellings)
    )
    return LinkedTables(regions, LEVEL_ITEMS, rows, Thresholds(p=p), groups)
