"""What subtraction gives of published regions: sets of atoms that nobody publishes, cells of the audit like the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sharing.release.regions import COMMUNE, NEIGHBOURHOOD, ZONE, RegionKey
from sharing.release.tables import Region


def apart(
    parts: Sequence[Sequence[int]],
    keys: Sequence[RegionKey],
    geography_of: Mapping[str, str],
    block: Sequence[int],
) -> list[Region]:
    """Sets of atoms that nobody published and that subtraction gives; `block`: of each atom."""
    current = parts[: len(keys)]
    known = {frozenset(inside) for inside in current}
    regions = []
    found = [*_differences(parts, len(keys)), *_pieces(current, keys, geography_of)]
    for piece in dict.fromkeys(piece for piece in found if piece not in known):
        blocks = {block[atom] for atom in piece}
        regions.append(Region(tuple(sorted(piece)), False, blocks.pop() if len(blocks) == 1 else 0))
    return regions


def _pieces(
    parts: Sequence[Sequence[int]], keys: Sequence[RegionKey], geography_of: Mapping[str, str]
) -> list[frozenset[int]]:
    """What subtraction gives where geographies overlap, as sets of several atoms: cells like the others.

    Of two neighbourhoods or zones of different geographies: what one has more than the other. Of a commune: what it
    has more than all that lies in it of one geography. Single atoms are cells already.
    """
    sets = [frozenset(inside) for inside in parts]
    near: dict[int, list[int]] = defaultdict(list)
    covered: dict[str, set[int]] = defaultdict(set)
    geography = {
        number: geography_of.get(key.name.split()[0], "")
        for number, key in enumerate(keys)
        if key.kind in {NEIGHBOURHOOD, ZONE}
    }
    if len(set(geography.values())) < 2:
        return []
    for number, name in geography.items():
        covered[name] |= sets[number]
        for atom in sets[number]:
            near[atom].append(number)
    found = [
        sets[number] - covered[name]
        for number, key in enumerate(keys)
        if key.kind == COMMUNE
        for name in sorted(covered)
    ]
    for number, name in geography.items():
        crossing = {other for atom in sets[number] for other in near[atom]}
        found += [
            sets[number] - sets[other] for other in sorted(crossing) if geography[other] != name
        ]
    return [piece for piece in dict.fromkeys(found) if len(piece) > 1]


def _differences(parts: Sequence[Sequence[int]], current: int) -> list[frozenset[int]]:
    """What a region told earlier and the region most like it differ by, as sets of atoms: what came, what left."""
    found: dict[frozenset[int], None] = {}
    for then in map(frozenset, parts[current:]):
        now = max(
            map(frozenset, parts[:current]),
            key=lambda one: len(one & then) / max(len(one | then), 1),
        )
        for apart in (now - then, then - now):
            if len(apart) > 1 and now & then:
                found[apart] = None
    return list(found)
