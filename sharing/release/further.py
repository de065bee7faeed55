"""The further tables of a release, over the very regions of its levels. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sharing.release import counts
from sharing.release.linking import everything_of, link, with_ledger
from sharing.release.protection import protect
from sharing.release.regions import RatedSite, RegionKey, Shown, Told
from sharing.release.rules import Thresholds

Progress = Callable[[str, int, int], None]
Further = dict[RegionKey, dict[str, int | None] | None]
Knows = tuple[Thresholds, frozenset[int], Mapping[str, str]]


def _open(
    shown: Mapping[RegionKey, Shown | None], keys: Mapping[RegionKey, int]
) -> dict[RegionKey, int]:
    """The regions that tell their levels: no further table speaks of another."""
    return {
        key: number
        for key, number in keys.items()
        if (found := shown[key]) is not None and found.has_bands
    }


def facts_told(
    shown: Mapping[RegionKey, Shown | None],
    members: Mapping[RegionKey, Sequence[RatedSite]],
    facts: counts.Amounts,
    told: Sequence[Told],
    knows: Knows,
    progress: Progress | None,
) -> Further:
    """Facts by family, protected by themselves and then against what earlier releases told of them."""
    thresholds, waived, geography_of = knows

    def linked(of: Sequence[Told]) -> tuple[counts.CountTables, dict[RegionKey, int]]:
        levels, keys = link(members, thresholds, of, waived, geography_of)
        # Whose sites are too few, or too much of one group.
        closed = levels.unsafe.reshape(len(levels.regions), -1)[:, 0]
        everything = everything_of(members, of)
        tables = counts.count_tables(
            levels, everything, facts, counts.families(facts), closed, _open(shown, keys).values(),
        )  # fmt: skip
        return tables, keys

    tables, keys = linked(())
    outcome = protect(tables.table, progress)
    # Those that told levels and no fact stay in: what they withheld must not follow from what is told now.
    before = counts.told_of(told, counts.FACTS)
    if any(one.items for one in before):
        together = linked(before)
        _tables, keys, outcome = with_ledger((tables, keys, outcome), together, progress)
        tables = together[0]
    return counts.read_counts(tables, keys, outcome.withheld)
