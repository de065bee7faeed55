"""The level that the grid suggests from the four answers. This rule is the project's own.

The suggested level is the graver of two readings:

- the **facts**: nature and gravity, moderated by the frequency (a grave fact that stays isolated counts one less, a
  light one that comes back every day counts one more);
- the **effects**: what has become of the equipment and of the service, read together (both must suffer to reach 4).

Both readings are the tables below, that anybody can check by hand. They never go down when an answer goes up, and
every level is reached. The person who knows the site keeps the last word, and says why when she differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

# A line per degree of nature and gravity, a column per degree of frequency.
FACTS: Final = (
    (1, 1, 2, 2),
    (1, 2, 2, 3),
    (2, 3, 3, 4),
    (3, 3, 4, 4),
)
# A line per degree of the effect on equipment, a column per degree of the effect on service.
EFFECTS: Final = (
    (1, 1, 2, 3),
    (1, 2, 2, 3),
    (2, 2, 3, 3),
    (2, 3, 3, 4),
)


class BadCriteriaError(ValueError):
    """The answers are not one degree from 1 to 4 for each of the four criteria."""


@dataclass(frozen=True)
class Suggestion:
    """The suggested level with the two readings that it is the graver of."""

    level: int
    facts: int
    effects: int

    def explain(self) -> str:
        """Why this level, in one sentence for the rater."""
        words = {"facts": self.facts, "effects": self.effects}
        if self.facts == self.effects:
            return _("Les faits et leurs effets sur le site donnent tous deux %(facts)s.") % words
        if self.facts > self.effects:
            return (
                _("Les faits donnent %(facts)s, leurs effets %(effects)s : le plus élevé compte.")
                % words
            )
        return (
            _(
                "Les effets sur le site donnent %(effects)s, les faits %(facts)s : le plus élevé compte."
            )
            % words
        )


def suggest(criteria: Mapping[str, int]) -> Suggestion:
    """The suggestion for answers {"nature_gravity", "frequency", "equipment", "service"}, each 1 to 4.

    Raises BadCriteriaError for a missing answer or one out of 1 to 4.
    """
    try:
        nature, frequency, equipment, service = (
            criteria[code] for code in ("nature_gravity", "frequency", "equipment", "service")
        )
    except KeyError as missing:
        raise BadCriteriaError(f"no answer to {missing}") from missing
    if any(
        type(value) is not int or not 1 <= value <= 4
        for value in (nature, frequency, equipment, service)
    ):
        raise BadCriteriaError(f"answers are 1 to 4, not {dict(criteria)}")
    facts = FACTS[nature - 1][frequency - 1]
    effects = EFFECTS[equipment - 1][service - 1]
    return Suggestion(max(facts, effects), facts, effects)


def suggest_level(criteria: Mapping[str, int]) -> int:
    """The suggested level alone, 1 to 4."""
    return suggest(criteria).level
