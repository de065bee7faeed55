"""How narrow can anybody make the interval of a withheld figure from what is told?

Each attacker knows what is told, that no figure is negative, that all are whole numbers, and its own contributions. An
interval is shown to be wide by two other tables that give the same published figures; what no table shows to be wide
is a weakness. So an audit that errs calls a safe cell weak, never the contrary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from sharing.release.protection.attack import Assault, Weakness
from sharing.release.protection.table import Booleans, Integers, Table, components, known_zeros

Progress = Callable[[int, int], None]


def worth_hiding(table: Table) -> Booleans:
    """Unsafe cells, and safe ones that are withheld for another's sake: these are not to be found exactly either."""
    return table.unsafe | ~table.internal


def audit(
    table: Table,
    withheld: Booleans,
    *,
    watched: Booleans | None = None,
    among: Iterable[Integers] | None = None,
    is_thorough: bool = True,
    progress: Progress | None = None,
) -> list[Weakness]:
    """The weak cells of the pattern, each told once, with the first attacker and measure that give it away.

    `watched`: cells to look at, by default `worth_hiding`. `among`: only these components (those that changed).
    `withheld`: all cells that are not told, internal ones included. Not thorough, it also names cells that only a
    closer look would clear.
    """
    if watched is None:
        watched = worth_hiding(table)
    parts = list(components(table.relations, withheld) if among is None else among)
    found: list[Weakness] = []
    zeros = [known_zeros(table.relations, ~withheld, values) for values in table.values]
    for number, cells in enumerate(parts, start=1):
        targets = watched[cells]
        for measure in range(len(table.contributions)):
            if not targets.any():
                break
            asked = targets & ~zeros[measure][cells]
            weak = Assault(table, measure, cells, asked, is_thorough).weaknesses()
            targets = targets & ~np.isin(cells, [weakness.cell for weakness in weak])
            found += weak
        if progress is not None and (number % 50 == 0 or number == len(parts)):
            progress(number, len(parts))
    return found
