"""Interventions on the map: a point for each covered site, a ring around it in metres of EPSG:2154."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib.gis.geos import Point, Polygon

from accounts.principal import Principal
from gis.degrees import in_degrees
from tenants.access import interventions, sites
from tenants.interventions.models import Intervention, InterventionSite
from tenants.maps.choices import MapChoice
from tenants.stock.models import Site

MOST: Final = 500
STEPS: Final = 16  # vertices in a quarter of the ring


@dataclass(frozen=True)
class Ringed:
    """An intervention on one site that the reader may see."""

    intervention: Intervention
    site: Site
    geom: Point  # the site's, EPSG:2154

    @property
    def point(self) -> Point:
        """The site's position in degrees."""
        return in_degrees(self.geom)

    def ring(self, radius_m: int) -> Polygon:
        """The circle of that radius in degrees, drawn in EPSG:2154 where a metre is one."""
        circle = self.geom.buffer(radius_m, quadsegs=STEPS)
        circle.srid = 2154
        return cast("Polygon", circle.transform(4326, clone=True))


def ringed(principal: Principal, choice: MapChoice, box: Polygon | None = None) -> list[Ringed]:
    """The interventions that are not abandoned, on the sites that the filters leave; the newest first."""
    within = choice.sites.apply(sites(principal)).filter(state=Site.State.MANAGED, geom__isnull=False)  # fmt: skip
    if box is not None:
        within = within.filter(geom__bboverlaps=box)
    links = (
        InterventionSite.objects.filter(
            site__in=within.order_by(),
            intervention__in=interventions(principal).exclude(status=Intervention.Status.ABANDONED).order_by(),
        )
        .select_related("intervention__lever", "site")
        .order_by("-intervention__starts_on", "intervention_id", "site__name", "pk")
    )  # fmt: skip
    return [
        Ringed(link.intervention, link.site, cast("Point", link.site.geom)) for link in links[:MOST]
    ]


def as_geojson(found: list[Ringed], radius_m: int) -> dict[str, Any]:
    """Points and rings as a FeatureCollection; positions to about 10 cm."""
    features = []
    for each in found:
        about = {
            "key": each.site.pk,
            "title": each.intervention.title,
            "status": each.intervention.status,
        }
        point = each.point
        ring = [[round(x, 6), round(y, 6)] for x, y in each.ring(radius_m).coords[0]]
        shapes = {
            "ring": {"type": "Polygon", "coordinates": [ring]},
            "point": {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
        }
        features += [
            {"type": "Feature", "properties": about | {"part": part}, "geometry": shape}
            for part, shape in shapes.items()
        ]
    return {"type": "FeatureCollection", "features": features}
