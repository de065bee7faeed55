"""The form of an answer: four criteria, and the level before the grid says its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.forms import DEGREES, Question
from tenants.campaigns.grids import GridText


class AnswerForm(forms.Form):
    """Five choices, each obligatory."""

    level = forms.TypedChoiceField(
        choices=DEGREES,
        coerce=int,
        error_messages={
            "required": _("Donnez un niveau."),
            "invalid_choice": _("Choisissez un des quatre niveaux."),
        },
    )

    def __init__(self, grid: GridText, *args: Any, **kwargs: Any) -> None:
        """Put the grid's four questions into the form."""
        super().__init__(*args, **kwargs)
        self.grid = grid
        for criterion in grid.criteria:
            self.fields[criterion.code] = forms.TypedChoiceField(
                label=criterion.label,
                choices=DEGREES,
                coerce=int,
                error_messages={
                    "required": _("Choisissez une réponse."),
                    "invalid_choice": _("Choisissez une des quatre réponses."),
                },
            )

    def questions(self) -> list[Question]:
        """The four questions, each with what was answered."""
        return [
            Question(criterion, self.chosen(criterion.code), [str(e) for e in self.errors.get(criterion.code, [])])
            for criterion in self.grid.criteria
        ]  # fmt: skip

    def chosen(self, name: str) -> int | None:
        """The degree already chosen, if any."""
        given = self.data.get(name, "") if self.is_bound else ""
        return int(given) if given in {"1", "2", "3", "4"} else None

    def chosen_level(self) -> int | None:
        """The level already chosen, if any."""
        return self.chosen("level")
