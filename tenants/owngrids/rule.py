"""The level that a landlord's own grid suggests, and what a rating on it is worth on the common scale.

Two rules, chosen by the landlord:

- **common**: the answers, taken as degrees of the four common criteria, go through the common rule
  (tenants/campaigns/suggestion.py); the suggested level is the first of the landlord's that says the common one;
- **own**: the graver of what an answer alone imposes (`least`) and of what the points reach. An answer is worth its
  place less one, times the weight of its question; a level begins at its `from`.

Both never go down when an answer goes up: a published grid is checked for it (definition.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tenants.campaigns.suggestion import BadCriteriaError, suggest


@dataclass(frozen=True)
class OwnSuggestion:
    """The landlord's level (its place, from 1) with the two readings; `common` is set under the common rule."""

    level: int
    imposed: int
    points: int
    common: int | None = None

    def explain(self) -> str:
        """Why this level, in one sentence for the rater."""
        if self.common is not None:
            return _("La règle commune donne %(level)s sur l’échelle commune.") % {
                "level": self.common
            }
        if self.imposed == self.level > 1:
            return _("Une de vos réponses suffit à donner ce niveau.")
        return _("Vos réponses donnent ensemble %(points)s points.") % {"points": self.points}


def common_answers(definition: Mapping[str, Any], answers: Mapping[str, int]) -> dict[str, int]:
    """The answers as degrees of the common criteria that have an equivalent. Raises BadCriteriaError."""
    _refuse_strange(definition, answers)
    return {
        each["equivalent"]: each["options"][answers[each["code"]] - 1]["degree"]
        for each in definition["criteria"]
        if each["equivalent"]
    }


def suggest_own(definition: Mapping[str, Any], answers: Mapping[str, int]) -> OwnSuggestion:
    """What the grid suggests. Raises BadCriteriaError for a missing, unknown or impossible answer."""
    degrees, levels = common_answers(definition, answers), definition["levels"]
    if definition["rule"] == "common":
        common = suggest(degrees).level
        own = next(place for place, each in enumerate(levels, start=1) if each["common"] == common)
        return OwnSuggestion(own, 0, 0, common)
    points, imposed = 0, 1
    for each in definition["criteria"]:
        place = answers[each["code"]]
        points += each["weight"] * (place - 1)
        imposed = max(imposed, each["options"][place - 1]["least"])
    return OwnSuggestion(max(imposed, _reached(levels, points)), imposed, points)


def common_level(definition: Mapping[str, Any], level: int) -> int:
    """The common level that one of the landlord's says. Raises BadCriteriaError for a level that it does not have."""
    if type(level) is not int or not 1 <= level <= len(definition["levels"]):
        raise BadCriteriaError(f"no level {level}")
    return int(definition["levels"][level - 1]["common"])


def levels_reached(definition: Mapping[str, Any]) -> set[int]:
    """The levels that the own rule gives to some answers: every pair of points and imposed level is walked once."""
    states = {(0, 1)}
    for each in definition["criteria"]:
        states = {
            (points + each["weight"] * place, max(imposed, option["least"]))
            for points, imposed in states
            for place, option in enumerate(each["options"])
        }
    return {max(imposed, _reached(definition["levels"], points)) for points, imposed in states}


def _reached(levels: list[Mapping[str, Any]], points: int) -> int:
    return max(
        (place for place, each in enumerate(levels, start=1) if each["from"] <= points), default=1
    )


def _refuse_strange(definition: Mapping[str, Any], answers: Mapping[str, int]) -> None:
    known = {each["code"]: len(each["options"]) for each in definition["criteria"]}
    if set(answers) != set(known):
        raise BadCriteriaError(f"answers to {sorted(answers)}, questions {sorted(known)}")
    for code, value in answers.items():
        if type(value) is not int or not 1 <= value <= known[code]:
            raise BadCriteriaError(f"{code}: {value}")
