"""Addresses grouped into sites. The rule, and what it gives on a real file: docs/decisions/sites-from-addresses.md."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from math import hypot
from typing import Final

from tenants.imports.cleaning.streets import comparable, split_number
from tenants.imports.cleaning.text import LOST, fold
from tenants.imports.stock.gathering import QUALITY_ORDER, AddressDraft, Gathering, SiteKey
from tenants.imports.stock.rows import StockRow

NEAR_M: Final = (
    100.0  # EPSG:2154; two addresses of one street and one construction, no further apart
)
NEAR_NUMBERS: Final = 10  # and without a position: no further apart in house numbers
YEARS_APART: Final = 1
_PART = re.compile(r"\s+(BAT|BATIMENT|ENTREE|ENTR|ENT|ESC|ESCALIER|HALL|PORTE)\b.*$|\s+VILLA \d+$")


@lru_cache(maxsize=65_536)
def residence_name(text: str) -> str:
    """A residence's name for comparison: cut before a lost character, without its building; empty when it is no name.

    « Domaine des Gen?ts » and « DOMAINE DES GEN » are the same; a number alone or an address is no name.
    """
    if split_number(text) is not None:
        return ""
    name = _PART.sub("", fold(LOST.split(text)[0]))
    return name if len(re.sub(r"[^A-Z]", "", name)) >= 3 else ""


@lru_cache(maxsize=65_536)
def programme(building_code: str) -> str:
    """The first part of a building's code, which many landlords give to the whole programme: 0066-B-01 → 0066."""
    return fold(building_code.split("-", 1)[0])[:20]


def site_key(row: StockRow) -> SiteKey:
    """Which site a row names: its code, else its residence, else its programme, else nothing but its address."""
    if row.site_code:
        return SiteKey("code", "", row.site_code)
    part = programme(row.building_code)
    commune = row.commune_code or row.postcode
    if name := fold(row.site_name) or residence_name(row.address.residence):
        return SiteKey("name", commune, name, part)
    if part:
        return SiteKey("programme", commune, part)
    return SiteKey("address", commune, row.key)


@dataclass(slots=True)
class SiteDraft:
    """One site to be, with its addresses."""

    key: SiteKey
    addresses: list[AddressDraft] = field(default_factory=list)

    @property
    def dwellings(self) -> int:
        """Over its addresses."""
        return sum(address.dwellings for address in self.addresses)

    @property
    def main(self) -> AddressDraft:
        """The address with most dwellings."""
        return max(self.addresses, key=lambda each: (each.dwellings, each.key))


def group(gathering: Gathering) -> list[SiteDraft]:
    """The sites of the file, in a stable order."""
    named: dict[SiteKey, SiteDraft] = {}
    alone: list[AddressDraft] = []
    for (key, _match), address in sorted(
        gathering.addresses.items(), key=lambda item: (item[1].key, item[0][0].text)
    ):
        if key.kind == "address":
            alone.append(address)
        else:
            named.setdefault(key, SiteDraft(key)).addresses.append(address)
    left = _join_named(alone, named)
    drafts = [*named.values(), *(_draft(cluster) for cluster in _clusters(left))]
    return sorted(drafts, key=lambda draft: derived_code(draft))


def _draft(cluster: list[AddressDraft]) -> SiteDraft:
    first = cluster[0]
    return SiteDraft(SiteKey("address", first.commune_code or first.postcode, first.key), cluster)


def _same_construction(one: AddressDraft, other: AddressDraft) -> bool:
    if one.year is None or other.year is None:
        return one.year == other.year
    return abs(one.year - other.year) <= YEARS_APART


def _join_named(alone: list[AddressDraft], named: dict[SiteKey, SiteDraft]) -> list[AddressDraft]:
    """Give to a named site the rows that forgot its name: same address, same construction, and one site only."""
    holders: dict[str, list[tuple[SiteDraft, AddressDraft]]] = defaultdict(list)
    for draft in named.values():
        for address in draft.addresses:
            holders[address.key].append((draft, address))
    left = []
    for address in alone:
        found = [pair for pair in holders[address.key] if _same_construction(pair[1], address)]
        if len(found) == 1 and address.number:
            _merge(found[0][1], address)
        else:
            left.append(address)
    return left


def _merge(into: AddressDraft, other: AddressDraft) -> None:
    into.dwellings += other.dwellings
    into.years.update(other.years)
    into.positions.update(other.positions)
    into.quality = min(into.quality, other.quality, key=QUALITY_ORDER.index)
    for name, counted in other.texts.items():
        into.texts.setdefault(name, counted.__class__()).update(counted)


def _clusters(alone: list[AddressDraft]) -> list[list[AddressDraft]]:
    """Single linkage inside each street: same construction, near one another."""
    streets: dict[tuple[str, str], list[AddressDraft]] = defaultdict(list)
    for address in alone:
        streets[address.commune_code or address.postcode, comparable(address.street)].append(
            address
        )
    clusters: list[list[AddressDraft]] = []
    for addresses in streets.values():
        root = list(range(len(addresses)))
        for one, other in combinations(range(len(addresses)), 2):
            if _near(addresses[one], addresses[other]):
                low, high = sorted((root[one], root[other]))
                root = [low if each == high else each for each in root]
        clusters.extend(
            [each for each, own in zip(addresses, root, strict=True) if own == label]
            for label in sorted(set(root))
        )
    return clusters


def _near(one: AddressDraft, other: AddressDraft) -> bool:
    if not _same_construction(one, other):
        return False
    here, there = one.position, other.position
    if here is not None and there is not None:
        return hypot(here.x - there.x, here.y - there.y) <= NEAR_M
    numbers = [re.match(r"\d+", address.number) for address in (one, other)]
    if numbers[0] is None or numbers[1] is None:
        return False
    return abs(int(numbers[0][0]) - int(numbers[1][0])) <= NEAR_NUMBERS


def derived_code(draft: SiteDraft) -> str:
    """The site's code: the landlord's own, else one made from what groups it, the same at every import."""
    key = draft.key
    if key.kind == "code":
        return key.text
    text = key.text.split("|", 1)[-1] if key.kind == "address" else f"{key.programme} {key.text}"
    return f"{key.commune_code}-{fold(text).replace(' ', '-')}"[:60]


def spread_m(draft: SiteDraft) -> float:
    """The longest side of the box of its positions, metres in EPSG:2154; 0 with fewer than two."""
    points = [address.position for address in draft.addresses if address.position is not None]
    if len(points) < 2:
        return 0.0
    xs, ys = [point.x for point in points], [point.y for point in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))
