"""The grids that ship with the product, each version a literal that never changes once published."""

from tenants.campaigns.grids.loading import load_grids
from tenants.campaigns.grids.reading import (
    AnswerShown,
    Criterion,
    Degree,
    GridText,
    LevelText,
    Tick,
    answers_on,
    answers_shown,
    grid_of,
    own_level,
    read_grid,
    read_own,
)

__all__ = [
    "AnswerShown",
    "Criterion",
    "Degree",
    "GridText",
    "LevelText",
    "Tick",
    "answers_on",
    "answers_shown",
    "grid_of",
    "load_grids",
    "own_level",
    "read_grid",
    "read_own",
]
