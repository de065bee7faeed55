"""Which territories hold a point, or a row that has codes and no position."""

from gis.territories.placement.services import place
from gis.territories.placement.types import NearQpv, Placement, Quality, ToPlace

__all__ = ["NearQpv", "Placement", "Quality", "ToPlace", "place"]
