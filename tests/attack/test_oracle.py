"""What the engine withholds beside what τ-ARGUS withholds of the same tree."""

from __future__ import annotations

import numpy as np
import pytest

from sharing.release.protection import audit, protect
from tests.attack import oracle

MOST = 1.2


@pytest.mark.parametrize("seed", [0, 1])
def test_little_more_is_withheld_than_by_the_oracle(seed: int) -> None:
    found = oracle.compare(seed, 4)
    assert 100 < found["cells"] <= oracle.MOST_CELLS
    assert found["unsafe"] < found["optimum"]
    assert found["ours"] <= MOST * found["optimum"]
    assert found["against_groups"] >= found["ours"]


def test_the_oracle_is_asked_the_same_question() -> None:
    """Its pattern holds against the engine's own attack, and without one of its cells it does not."""
    table = oracle.alone(oracle.tree(0, 4))
    pattern = oracle.optimum(table)
    assert audit(table, pattern, watched=table.unsafe) == []
    bare = pattern.copy()
    bare[np.flatnonzero(pattern & ~table.unsafe)] = False
    assert audit(table, bare, watched=table.unsafe)


def test_withholding_by_whole_communes_would_be_too_much() -> None:
    """The bound is no formality: hiding every cell of every commune that holds an unsafe one fails it."""
    table = oracle.alone(oracle.tree(2, 4))
    everything = protect(table, start=np.ones(table.cells, dtype=bool)).withheld
    assert everything.sum() > MOST * oracle.optimum(table).sum()


def test_too_large_a_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 500"):
        oracle.compare(0, 30)
