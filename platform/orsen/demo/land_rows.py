"""Write territories and the base layer: common tables, no landlord's."""

from __future__ import annotations

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from shapely.geometry.base import BaseGeometry

from gis.territories.models import LAMBERT_93, BaseFeature, Territory
from orsen.demo.areas import VINTAGE, Area, Areas
from orsen.demo.streets import Layer

SOURCE = "Territoire inventé de la démonstration"


def geos(geometry: BaseGeometry) -> GEOSGeometry:
    """A geometry for Django, in EPSG:2154."""
    made = GEOSGeometry(shapely.to_wkb(geometry, hex=True))
    made.srid = LAMBERT_93
    return made


def territory(area: Area) -> Territory:
    """The row of one area."""
    outline = geos(area.geom)
    assert isinstance(outline, MultiPolygon)  # noqa: S101 -- what areas are made of
    return Territory(
        kind=area.kind, code=area.code, name=area.name, vintage=VINTAGE, geom=outline,
        departement_code=area.departement_code, commune_codes=area.commune_codes, iris_type=area.iris_type,
        source=SOURCE,
    )  # fmt: skip


def write_land(areas: Areas, layer: Layer) -> dict[str, Territory]:
    """Insert territories and base layer. Returns the territories by code."""
    rows = Territory.objects.bulk_create(
        [territory(area) for area in areas.everything()], batch_size=500
    )
    BaseFeature.objects.bulk_create(
        [
            BaseFeature(
                kind=feature.kind, name=feature.name, rank=feature.rank, geom=geos(feature.geom)
            )
            for feature in layer.features
        ],
        batch_size=2_000,
    )
    return {row.code: row for row in rows}
