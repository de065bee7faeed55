"""Sites placed in their territories: by position where they have one, else by the codes that their source gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from gis.territories.placement import Placement, ToPlace, place
from tenants.stock.models import Site

PLACED: Final = (
    "departement_code", "commune_code", "iris_code", "qpv_code", "territory_ids", "placement",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """The codes that a source declares for a site; arrondissements and lost zeros are welcome."""

    commune_code: str = ""
    iris_code: str = ""
    qpv_code: str = ""


def locate(sites: Sequence[Site], hints: Sequence[Hint | None] = ()) -> list[Placement]:
    """Set the territories of sites without saving them; positions in EPSG:2154. Answers in the order of the sites.

    `hints` in the same order; without one, the codes that the site has already are its declared codes.
    """
    given = hints or [None] * len(sites)
    placements = place([_to_place(*pair) for pair in zip(sites, given, strict=True)])
    for site, placed in zip(sites, placements, strict=True):
        site.departement_code = placed.departement
        site.commune_code = placed.commune
        site.iris_code = placed.iris
        site.qpv_code = placed.qpv[0] if placed.qpv else ""
        site.territory_ids = list(placed.territory_ids)
        site.placement = placed.quality.value
    return placements


class At(Protocol):
    """A position in EPSG:2154, metres."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...


Place = TypeVar("Place", bound=At)


def nearest_to_middle(placed: Sequence[tuple[Place, int]]) -> Place:
    """Of positions with their dwellings, the one nearest to the middle of the dwellings: a pin stands at a real address.

    Raises ZeroDivisionError without a position.
    """
    weight = sum(max(dwellings, 1) for _at, dwellings in placed)
    x = sum(at.x * max(dwellings, 1) for at, dwellings in placed) / weight
    y = sum(at.y * max(dwellings, 1) for at, dwellings in placed) / weight
    return min(
        (at for at, _dwellings in placed),
        key=lambda at: ((at.x - x) ** 2 + (at.y - y) ** 2, at.x, at.y),
    )


def place_sites(sites: Sequence[Site]) -> list[Placement]:
    """Place sites again and save what changed of them, in the caller's landlord scope."""
    placements = locate(sites)
    Site.objects.bulk_update(sites, PLACED, batch_size=500)
    return placements


def _to_place(site: Site, hint: Hint | None) -> ToPlace:
    codes = hint or Hint(site.commune_code, site.iris_code, site.qpv_code)
    return ToPlace(
        x=site.geom.x if site.geom else None,
        y=site.geom.y if site.geom else None,
        commune_code=codes.commune_code,
        iris_code=codes.iris_code,
        qpv_code=codes.qpv_code,
    )
