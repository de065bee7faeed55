"""The grids that ship with the product, each version a literal that never changes once published."""

from tenants.campaigns.grids.loading import load_grids
from tenants.campaigns.grids.reading import Criterion, Degree, GridText, LevelText, Tick, read_grid

__all__ = ["Criterion", "Degree", "GridText", "LevelText", "Tick", "load_grids", "read_grid"]
