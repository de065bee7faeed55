"""Models of the ground floor, gathered for Django from the sub-packages that own them."""

from gis.territories.models import BaseFeature, BaseFeatureKind, IrisType, Territory, TerritoryKind

__all__ = ["BaseFeature", "BaseFeatureKind", "IrisType", "Territory", "TerritoryKind"]
