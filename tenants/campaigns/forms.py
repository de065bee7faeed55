"""Forms of the campaign pages. What they refuse, they say how to put right; what was typed stays."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.comments import check
from tenants.campaigns.grids import Criterion, Degree, GridText, LevelText, Tick
from tenants.campaigns.services import Submission
from tenants.campaigns.suggestion import Suggestion
from tenants.owngrids.models import OwnGrid
from tenants.owngrids.rating import suggest_on
from tenants.owngrids.rule import OwnSuggestion

DEGREES = [(value, str(value)) for value in (1, 2, 3, 4)]
SUGGESTED = ("", _("Celui que la grille propose"))


@dataclass(frozen=True)
class Question:
    """A criterion with what has been answered so far, as the page draws it."""

    criterion: Criterion
    chosen: int | None
    errors: list[str]


def _degree(value: Any) -> int | None:
    return int(value) if value else None


def _places(answers: Sequence[Degree | LevelText]) -> list[tuple[str, str]]:
    return [(value, value) for value in _values(answers)]


def _values(answers: Sequence[Degree | LevelText]) -> list[str]:
    return [str(each.value) for each in answers]


class RatingForm(forms.Form):
    """A rating: the grid's answers, the level (the suggested one unless another is given with its reason), facts, comments."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        label=_("Niveau retenu"),
        choices=[SUGGESTED],
        coerce=_degree,
        empty_value=None,
        required=False,
    )
    reason_to_differ = forms.CharField(
        label=_("Pourquoi un autre niveau ?"),
        max_length=240,
        required=False,
        help_text=_("Obligatoire si votre niveau diffère de celui de la grille."),
    )
    ticks = forms.MultipleChoiceField(label=_("Ce que vous constatez"), required=False)
    internal_comment = forms.CharField(
        label=_("Commentaire interne"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lu dans votre organisme seulement."),
    )
    shared_comment = forms.CharField(
        label=_("Commentaire à partager"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lu par les partenaires à qui la convention ouvre le dossier du site."),
    )

    def __init__(self, grid: GridText, *args: Any, **kwargs: Any) -> None:
        """Put the grid's questions, levels and tick-boxes into the form."""
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.grid = grid
        self._known = {each.code: _values(each.degrees) for each in grid.criteria}
        self._known["level"] = _values(grid.levels)
        for criterion in grid.criteria:
            self.fields[criterion.code] = forms.TypedChoiceField(
                label=criterion.label,
                choices=_places(criterion.degrees),
                coerce=_degree,
                error_messages={
                    "required": _("Choisissez une réponse."),
                    "invalid_choice": _("Choisissez une des réponses proposées."),
                },
            )
        level = self.fields["level"]
        if isinstance(level, forms.ChoiceField):
            level.choices = [SUGGESTED, *_places(grid.levels)]
        ticks = self.fields["ticks"]
        if isinstance(ticks, forms.MultipleChoiceField):
            ticks.choices = [(tick.code, tick.label) for tick in grid.ticks]

    def questions(self) -> list[Question]:
        """The questions, each with what was answered."""
        return [
            Question(
                criterion,
                self._answer(criterion.code),
                [str(error) for error in self.errors.get(criterion.code, [])],
            )
            for criterion in self.grid.criteria
        ]

    def tick_boxes(self) -> list[tuple[Tick, bool]]:
        """The facts to tick, each with whether it is."""
        chosen = set(self.data.getlist("ticks")) if self.is_bound else set()  # type: ignore[attr-defined]
        return [(tick, tick.code in chosen) for tick in self.grid.ticks]

    def chosen_level(self) -> int | None:
        """The level given by hand, if any."""
        return self._answer("level")

    def asked(self) -> str:
        """What the suggestion needs: the names of the questions, and the campaign's."""
        return ",".join(["campaign", *(criterion.code for criterion in self.grid.criteria)])

    def _answer(self, name: str) -> int | None:
        given = self.data.get(name, "") if self.is_bound else ""
        return int(given) if given in self._known[name] else None

    def suggestion(self) -> Suggestion | OwnSuggestion | None:
        """What the grid suggests once every question is answered."""
        answers = {criterion.code: self._answer(criterion.code) for criterion in self.grid.criteria}
        given = {code: value for code, value in answers.items() if value is not None}
        return suggest_on(self.grid, given) if len(given) == len(answers) else None

    def answered(self) -> int:
        """How many of the questions are answered."""
        return sum(self._answer(criterion.code) is not None for criterion in self.grid.criteria)

    def clean(self) -> dict[str, Any]:
        """A level that differs says why; no text names anybody."""
        cleaned = super().clean() or {}
        for name in ("reason_to_differ", "internal_comment", "shared_comment"):
            for fault in check([cleaned.get(name, "")]):
                self.add_error(name, fault)
        suggestion = self.suggestion()
        level = cleaned.get("level")
        differs = suggestion is not None and level is not None and level != suggestion.level
        if differs and not cleaned.get("reason_to_differ", "").strip():
            self.add_error(
                "reason_to_differ",
                _("Dites en quelques mots pourquoi votre niveau diffère de celui de la grille."),
            )
        return cleaned

    def submission(self) -> Submission:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        return Submission(
            key=said["key"],
            criteria={criterion.code: said[criterion.code] for criterion in self.grid.criteria},
            level=said["level"],
            reason_to_differ=said["reason_to_differ"],
            ticks=said["ticks"],
            internal_comment=said["internal_comment"],
            shared_comment=said["shared_comment"],
        )


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(forms.Form):
    """A new campaign."""

    name = forms.CharField(
        label=_("Nom"), max_length=120, help_text=_("Par exemple : Campagne 2027.")
    )
    reference_date = DayField(
        label=_("Patrimoine au"),
        help_text=_(
            "Les sites en gestion ce jour-là entrent dans la campagne, qui garde leur état."
        ),
    )
    opens_on = DayField(label=_("Ouverture"))
    closes_on = DayField(label=_("Clôture prévue"))
    own_grid = forms.ModelChoiceField(
        OwnGrid.objects.none(),
        label=_("Grille"),
        required=False,
        empty_label=_("Grille commune"),
        help_text=_("La grille ne change plus une fois la campagne préparée."),
    )

    def __init__(self, *args: Any, own_grids: QuerySet[OwnGrid], **kwargs: Any) -> None:
        """Without a grid of its own the landlord is asked nothing."""
        super().__init__(*args, **kwargs)
        field = self.fields["own_grid"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = own_grids
        if not own_grids.exists():
            del self.fields["own_grid"]

    def clean(self) -> dict[str, Any]:
        """The closing follows the opening."""
        cleaned = super().clean() or {}
        opens_on, closes_on = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error(
                "closes_on",
                _("La clôture prévue précède l’ouverture : choisissez une date plus tardive."),
            )
        return cleaned


class ReopenForm(forms.Form):
    """A reopening, with its reason."""

    reason = forms.CharField(
        label=_("Motif"), max_length=240, help_text=_("Le motif reste affiché sur la campagne.")
    )
    closes_on = DayField(label=_("Nouvelle clôture prévue"), required=False)


class DecisionForm(forms.Form):
    """Keep a rating or set it aside, with a reason in the second case."""

    outcome = forms.ChoiceField(choices=[("validated", ""), ("set_aside", "")])
    reason = forms.CharField(max_length=240, required=False)
