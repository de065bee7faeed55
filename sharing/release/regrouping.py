"""Neighbourhoods that cannot be published alone are merged with a neighbour of the same commune.

Greedy, and the same for the same stock: the smallest unsafe set takes the nearest other unsafe one of its commune; when
none is left, the nearest published one. What stays unsafe once a commune has nothing more to give is withheld.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

Places = Mapping[int, tuple[float, float]]  # a point inside each neighbourhood, EPSG:2154, metres


def zones(
    commune_of: Mapping[int, str],
    weights: Mapping[int, float],
    places: Places,
    is_safe: Callable[[Sequence[int]], bool],
) -> list[tuple[int, ...]]:
    """Sets of at least two neighbourhoods that are published together, each safe; neighbourhoods by number.

    `weights`: dwellings; a neighbourhood without any is left alone. `is_safe` says whether a set may be published.
    """
    by_commune: dict[str, list[int]] = defaultdict(list)
    for number in sorted(commune_of):
        if weights[number] > 0:
            by_commune[commune_of[number]].append(number)
    found: list[tuple[int, ...]] = []
    for members in by_commune.values():
        found += _zones_of(members, weights, places, is_safe)
    return found


def _zones_of(
    members: Sequence[int],
    weights: Mapping[int, float],
    places: Places,
    is_safe: Callable[[Sequence[int]], bool],
) -> list[tuple[int, ...]]:
    sets: dict[tuple[int, ...], bool] = {(number,): is_safe((number,)) for number in members}
    while len(sets) > 1:
        unsafe = [one for one, safe in sets.items() if not safe]
        if not unsafe:
            break
        smallest = min(unsafe, key=lambda one: (sum(weights[number] for number in one), one))
        others = [one for one in unsafe if one != smallest] or [
            one for one in sets if one != smallest
        ]
        nearest = min(others, key=lambda one: (_distance(smallest, one, places), one))
        merged = tuple(sorted((*smallest, *nearest)))
        del sets[smallest], sets[nearest]
        sets[merged] = is_safe(merged)
    return [one for one, safe in sets.items() if safe and len(one) > 1]


def _distance(one: Sequence[int], other: Sequence[int], places: Places) -> float:
    """Square of the least distance between points of the two sets."""
    return min(
        (places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2
        for a in one
        for b in other
    )
