"""Communes as blocks of the linked tables: what is solved together first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sharing.release.regions import DEPARTEMENT, RatedSite, RegionKey


def blocks_of(
    everything: Sequence[RatedSite],
    atom_of: Mapping[tuple[str, tuple[int, ...]], int],
    signature: Sequence[tuple[str, tuple[int, ...]]],
    sets: Sequence[Sequence[RatedSite]],
    current: int,
    keys: Sequence[RegionKey],
) -> dict[str, int]:
    """A number from 1 for each commune; communes that a neighbourhood straddles share it."""
    root: dict[str, str] = {site.commune: site.commune for site in everything}

    def find(commune: str) -> str:
        while root[commune] != commune:
            commune = root[commune]
        return commune

    for number, held in enumerate(sets):
        wide = number < current and keys[number].kind == DEPARTEMENT
        communes = sorted({site.commune for site in held})
        # What an earlier release told of a whole département ties no communes.
        if not wide and len(communes) <= 4:
            for other in communes[1:]:
                root[find(other)] = find(communes[0])
    names = {name: number for number, name in enumerate(sorted({find(c) for c in root}), start=1)}
    return {commune: names[find(commune)] for commune in root}


def block_of(block: Mapping[str, int], sites: Sequence[RatedSite]) -> int:
    """The block that holds all those sites; 0, of what is larger, where several do."""
    found = {block[site.commune] for site in sites}
    return found.pop() if len(found) == 1 else 0
