"""What was said on a campaign's grid, as an assessment keeps it: common degrees and levels, and the landlord's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenants.campaigns.grids import GridText
from tenants.campaigns.suggestion import BadCriteriaError, Suggestion, suggest
from tenants.owngrids.rule import OwnSuggestion, common_answers, common_level, suggest_own


@dataclass(frozen=True)
class Said:
    """A rating on the common scale; `own` holds what was said on the landlord's grid, None on the common one."""

    criteria: dict[str, int]
    suggested_level: int
    level: int
    differs: (
        bool  # on the grid that was used: two of a landlord's levels may say the same common one
    )
    own: dict[str, Any] | None = None


def suggest_on(grid: GridText, answers: Mapping[str, int]) -> Suggestion | OwnSuggestion:
    """What the grid suggests, as one of its own levels. Raises BadCriteriaError."""
    if grid.own is not None:
        return suggest_own(grid.own, answers)
    if len(answers) != len(grid.criteria):
        raise BadCriteriaError(f"answers to {sorted(answers)}")
    return suggest(answers)


def read_answers(grid: GridText, answers: Mapping[str, int], level: int | None) -> Said:
    """Read a rating; `level` None keeps the suggested one. Raises BadCriteriaError for what the grid does not hold."""
    suggested = suggest_on(grid, answers).level
    given = suggested if level is None else level
    if given not in {each.value for each in grid.levels}:
        raise BadCriteriaError(f"no level {given}")
    if grid.own is None:
        return Said(dict(answers), suggested, given, given != suggested)
    own = {"answers": dict(answers), "level": given, "suggested": suggested}
    return Said(
        common_answers(grid.own, answers), common_level(grid.own, suggested), common_level(grid.own, given),
        given != suggested, own,
    )  # fmt: skip
