"""Sites placed in their territories: by position where they have one, else by the codes that their source gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gis.territories.placement import Placement, ToPlace, place
from tenants.stock.models import Site

PLACED = ("departement_code", "commune_code", "iris_code", "qpv_code", "territory_ids", "placement")


@dataclass(frozen=True, slots=True)
class Hint:
    """The codes that a source declares for a site; arrondissements and lost zeros are welcome."""

    commune_code: str = ""
    iris_code: str = ""
    qpv_code: str = ""


@dataclass(slots=True)
class PlacementReport:
    """What became of the sites that were placed."""

    placements: dict[int, Placement] = field(default_factory=dict)

    def count(self, quality: str) -> int:
        """How many were placed that way."""
        return sum(1 for placed in self.placements.values() if placed.quality == quality)


def place_sites(sites: Sequence[Site], hints: Mapping[int, Hint] | None = None) -> PlacementReport:
    """Write each site's codes, territories and quality of placement; positions in EPSG:2154.

    `hints` by the site's primary key; without one the site's own codes count. Runs in the caller's landlord scope.
    """
    hints = hints or {}
    things = [_to_place(site, hints.get(site.pk)) for site in sites]
    report = PlacementReport()
    for site, placed in zip(sites, place(things), strict=True):
        site.departement_code = placed.departement
        site.commune_code = placed.commune
        site.iris_code = placed.iris
        site.qpv_code = placed.qpv[0] if placed.qpv else ""
        site.territory_ids = list(placed.territory_ids)
        site.placement = placed.quality.value
        report.placements[site.pk] = placed
    Site.objects.bulk_update(sites, PLACED, batch_size=500)
    return report


def _to_place(site: Site, hint: Hint | None) -> ToPlace:
    codes = hint or Hint(site.commune_code, site.iris_code, site.qpv_code)
    return ToPlace(
        x=site.geom.x if site.geom else None,
        y=site.geom.y if site.geom else None,
        commune_code=codes.commune_code,
        iris_code=codes.iris_code,
        qpv_code=codes.qpv_code,
    )
