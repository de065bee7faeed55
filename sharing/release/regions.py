"""What a release speaks of: sites, regions, what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

NEIGHBOURHOOD, ZONE, COMMUNE, DEPARTEMENT = "neighbourhood", "zone", "commune", "departement"


@dataclass(frozen=True)
class RatedSite:
    """A site as a closed campaign left it. `neighbourhood`: the codes of all that it lies in, joined by a space."""

    site: int
    group: int
    level: int
    dwellings: int
    departement: str
    commune: str
    neighbourhood: str

    @property
    def neighbourhoods(self) -> list[str]:
        """One code for each geography of the release; none outside every neighbourhood."""
        return self.neighbourhood.split()


@dataclass(frozen=True)
class Place:
    """Where a neighbourhood lies: its (first) commune, a point inside it in EPSG:2154, of which geography it is."""

    commune: str
    point: tuple[float, float]
    geography: str = ""


@dataclass(frozen=True)
class Told:
    """A region of an earlier release: its sites as they were, and the items that were told of it."""

    sites: Sequence[RatedSite]
    items: Sequence[str]
    step: int = 1  # to which its dwellings were rounded; 0 where they were not told by level
    # Items told in further tables, by the name of the table.
    further: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """What a release tells of a region: by item, None where the item is withheld."""

    sites: dict[str, int | None]
    dwellings: dict[str, int | None]
    groups: int

    @property
    def has_bands(self) -> bool:
        """Whether it says how many sites are at levels 3 and 4: what a reader calls published."""
        return all(self.sites[band] is not None for band in ("1-2", "3-4"))


@dataclass(frozen=True)
class RegionKey:
    """A region by kind and name; a zone's name is its neighbourhoods' codes, joined by a space."""

    kind: str
    name: str
