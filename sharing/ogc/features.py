"""The sites of one convention as features: filtered, paged, written in the system that is asked for.

Everything comes through the sharing door, and only what detail level `site` shows is filtered on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet

from sharing.access import shared_sites
from sharing.access.models import SharedSite
from sharing.ogc.crs import Crs, stored_window
from sharing.ogc.tokens import Reader

# Name in the layer: (path in the model, type in JSON Schema).
PROPERTIES: Final[dict[str, tuple[str, str]]] = {
    "name": ("name", "string"), "address": ("address", "string"), "postcode": ("postcode", "string"),
    "commune_code": ("commune_code", "string"), "commune_name": ("commune_name", "string"),
    "departement_code": ("departement_code", "string"), "iris_code": ("iris_code", "string"),
    "qpv_code": ("qpv_code", "string"), "dwellings": ("dwellings", "integer"), "level": ("level", "integer"),
    "published_on": ("published_on", "string"), "landlord": ("landlord__name", "string"),
}  # fmt: skip
FILTERS: Final = ("level", "commune_code", "departement_code", "qpv_code", "landlord")


@dataclass(frozen=True)
class Asked:
    """What a request for items wants."""

    crs: Crs
    limit: int
    offset: int
    box: tuple[float, float, float, float] | None
    box_crs: Crs
    since: str = ""
    until: str = ""
    equal: tuple[tuple[str, str], ...] = ()


def sites_of(reader: Reader) -> QuerySet[SharedSite]:
    """What the reader sees under the convention of its token. Runs in its scope."""
    return shared_sites(reader.principal).filter(convention_id=reader.convention_id)


def narrowed(sites: QuerySet[SharedSite], asked: Asked) -> QuerySet[SharedSite]:
    """Those asked for, in an order that pages can rely on."""
    for name, value in asked.equal:
        sites = sites.filter(**{PROPERTIES[name][0]: value})
    if asked.since:
        sites = sites.filter(published_on__gte=asked.since)
    if asked.until:
        sites = sites.filter(published_on__lte=asked.until)
    if asked.box is not None:
        window = stored_window(asked.box, asked.box_crs)
        if window is not None:
            sites = sites.filter(geom__bboverlaps=window)
        exact = Polygon.from_bbox(asked.box)
        exact.srid = asked.box_crs.srid
        sites = sites.alias(in_box=Transform("geom", asked.box_crs.srid)).filter(
            in_box__intersects=exact
        )
    return sites.order_by("key")


def placed(sites: QuerySet[SharedSite], crs: Crs) -> QuerySet[SharedSite]:
    """The same with `position`, the point in that system."""
    return sites.annotate(position=Transform("geom", crs.srid))


def as_feature(site: Any, crs: Crs) -> dict[str, Any]:
    """The feature of a placed site, its position in the order of the system's axes."""
    properties = {name: _value(site, path) for name, (path, _kind) in PROPERTIES.items()}
    geometry, point = None, site.position
    if point is not None:
        pair = [round(point.x, crs.decimals), round(point.y, crs.decimals)]
        geometry = {"type": "Point", "coordinates": pair[::-1] if crs.north_first else pair}
    return {"type": "Feature", "id": str(site.key), "geometry": geometry, "properties": properties}


def _value(site: Any, path: str) -> Any:
    return site.landlord.name if path == "landlord__name" else getattr(site, path)
