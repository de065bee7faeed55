"""The least that must be withheld, by τ-ARGUS: pytauargus (HiGHS) solves the same table exactly. A test oracle only.

τ-ARGUS reads a table as cells and sums (its « JJ » form): value, cost, status, bounds, protection levels upwards and
downwards, and a sliding one, which is the width that the engine keeps. It looks at the sliding level only where a cell is
protected in some direction too, so each is asked to rise by a trifle. It knows no attacker but the outsider: `alone`
gives the engine that same question. The engine also sees to it that what is withheld for another's sake is not found
exactly; τ-ARGUS does not.
"""

from __future__ import annotations

from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from sharing.release.protection import Table, audit, protect
from sharing.release.protection.table import OUTSIDER, Booleans
from sharing.release.rules import Thresholds
from sharing.release.tables import LEVEL_ITEMS, LinkedTables, Region, Rows
from tests.release.protection.stock import make_stock

MOST_CELLS = 500
SECONDS = 60
TRIFLE = 0.001


def tree(seed: int, communes: int, groups: int = 7) -> Table:
    """Neighbourhoods, communes and their sum by level, band and total, in dwellings; every cell costs the same."""
    stock = make_stock(seed, communes, groups=groups, iris=6, sites=50)
    codes, atom = np.unique(stock.iris, return_inverse=True)
    commune_of = codes // 1000
    regions = [Region((), True, int(commune) + 1) for commune in commune_of]
    whole = []
    for commune in np.unique(commune_of):
        whole.append(len(regions))
        parts = np.flatnonzero(commune_of == commune).tolist()
        regions.append(Region(tuple(parts), True, int(commune) + 1))
    regions.append(Region(tuple(whole), True, 0))
    rows = Rows(atom, stock.group, stock.level, (np.ones_like(stock.level), stock.dwellings))
    made = LinkedTables(regions, LEVEL_ITEMS, rows, Thresholds(p=10), groups).table
    return replace(made, contributions=(made.contributions[1],), cost=np.ones(made.cells))


def alone(table: Table) -> Table:
    """The same table as if one group held everything: nobody attacks from inside, as τ-ARGUS has it."""
    values = csr_array(table.values[0][:, np.newaxis])
    return replace(table, contributions=(values,), waived=np.zeros(1, dtype=bool))


def optimum(table: Table) -> Booleans:
    """What τ-ARGUS withholds, primary ones included. Raises RuntimeError when it finds nothing."""
    from pytauargus.engine import HiTaSCtrl  # a requirement of the tests alone

    solver: Any = HiTaSCtrl()
    # Its solvers write their logs into the current folder.
    with TemporaryDirectory() as folder, chdir(folder):
        asked, answer = Path(folder) / "asked.jj", Path(folder) / "answer.jj"
        asked.write_text(written(table), encoding="ascii")
        code = solver.full_jj(in_file_jj=str(asked), out_file=str(answer), max_time=SECONDS)
        if code != 0:
            raise RuntimeError(f"τ-ARGUS gave no answer: error {code}")
        secondary = [int(line) for line in answer.read_text(encoding="ascii").split()]
    withheld = table.unsafe.copy()
    withheld[secondary] = True
    return withheld


def written(table: Table) -> str:
    """The table in τ-ARGUS's form: an unsafe cell keeps the width that the engine keeps from the outsider."""
    values = table.values[0]
    width = table.attackers[0].must_stay(OUTSIDER, np.arange(table.cells))
    most = int(values.max()) * 4
    lines = ["0", str(table.cells)]
    for cell, value in enumerate(values.astype(int).tolist()):
        guarded = bool(table.unsafe[cell]) and width[cell] > 0
        levels = f"{TRIFLE} {width[cell]:.3f}" if guarded else "0.000 0.000"
        status = "u" if table.unsafe[cell] else "s"
        lines.append(f"{cell} {value} 1 {status} 0 {most} 0.000 {levels}")
    lines.append(str(table.relations.shape[0]))
    for row in range(table.relations.shape[0]):
        part = table.relations[[row]]
        terms = " ".join(
            f"{cell} ({int(sign)})" for cell, sign in zip(part.indices, part.data, strict=True)
        )
        lines.append(f"0 {len(part.indices)} : {terms} ")
    return "\n".join(lines) + "\n"


def compare(seed: int, communes: int) -> dict[str, int]:
    """Cells of a tree, unsafe ones, withheld by τ-ARGUS, by the engine at the same question, and against all groups."""
    table = tree(seed, communes)
    if table.cells > MOST_CELLS:
        raise ValueError(f"{table.cells} cells: a tree of at most {MOST_CELLS} was wanted")
    theirs = optimum(table)
    return {
        "cells": table.cells,
        "unsafe": int(table.unsafe.sum()),
        "optimum": int(theirs.sum()),
        "weak_in_optimum": len(audit(alone(table), theirs, watched=table.unsafe)),
        "ours": int(protect(alone(table)).withheld.sum()),
        "against_groups": int(protect(table).withheld.sum()),
    }
