"""What changed since the member's previous visit, as marks on the map: 1 lower, 3 higher, 4 new to her."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import F

from accounts.principal import Principal
from gis.tiles.grid import quantise_degrees, tile_number
from gis.tiles.snapshot import Snapshot
from sharing.access import changes_since, shared_sites
from sharing.access.models import SharedSite
from sharing.sites.cards import degrees
from sharing.sites.filters import SiteFilter
from sharing.visits.services import previous_visit

LOWER, HIGHER, NEW = 1, 3, 4
NEWS_VIEW: Final = "nouveautes"


@dataclass(frozen=True)
class News:
    """A site whose published level changed, or that the reader sees for the first time (`was` is None)."""

    site: SharedSite
    was: int | None

    @property
    def mark(self) -> int:
        """As the legend numbers it."""
        if self.was is None:
            return NEW
        return HIGHER if self.site.level > self.was else LOWER


def since(principal: Principal) -> dt.datetime | None:
    """The end of the member's previous visit; None before the second one."""
    return previous_visit(principal)


def news(principal: Principal, asked: SiteFilter) -> list[News]:
    """The changed sites that the filters leave, what rose first. A level published again unchanged is no news."""
    changes = changes_since(principal, since(principal)).exclude(previous_level=F("level"))
    before: dict[UUID, int | None] = dict(changes.values_list("key", "previous_level"))
    if not before:
        return []
    found = [
        News(site, before[site.key])
        for site in asked.apply(shared_sites(principal)).filter(key__in=list(before))
    ]
    return sorted(found, key=lambda each: (-each.mark, -each.site.level, each.site.name))


def news_tile(found: list[News], z: int, x: int, y: int) -> bytes:
    """One tile of them, layers `points` and `clusters` as everywhere; `level` is the mark. Raises OutsideGridError."""
    tile_number(z, x, y)
    placed = [(each, place) for each in found if (place := degrees(each.site)) is not None]
    if not placed:
        return b""
    steps = quantise_degrees([place.x for _each, place in placed], [place.y for _each, place in placed])  # fmt: skip
    columns = np.array([(each.mark, each.site.dwellings, each.site.number) for each, _place in placed])  # fmt: skip
    return Snapshot(*steps, *columns.T).tile(z, x, y)
