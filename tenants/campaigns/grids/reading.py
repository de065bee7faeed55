"""A grid's definition (JSON in the database), read into typed, translated texts for forms and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tenants.campaigns.models import Assessment, Campaign, Grid

CRITERIA = ("nature_gravity", "frequency", "equipment", "service")


@dataclass(frozen=True)
class Degree:
    """One of the answers to a criterion; `common` is what it is worth on the common one."""

    value: int
    label: str
    example: str
    common: int


@dataclass(frozen=True)
class Criterion:
    """A question that the rater answers."""

    code: str
    label: str
    question: str
    help: str
    degrees: tuple[Degree, ...]
    equivalent: (
        str  # the common criterion that it answers; empty for a landlord's question without one
    )


@dataclass(frozen=True)
class Tick:
    """A fact that can be ticked, so that nothing need be written."""

    code: str
    label: str


@dataclass(frozen=True)
class LevelText:
    """What a level looks like: a line of the aid table. `common` is the level of the common scale that it says."""

    value: int
    label: str
    text: str
    common: int


@dataclass(frozen=True)
class GridText:
    """A version of the grid, in the reader's language."""

    title: str
    version: int
    notice: str
    criteria: tuple[Criterion, ...]
    ticks: tuple[Tick, ...]
    levels: tuple[LevelText, ...]
    own: dict[str, Any] | None = None  # the definition of a landlord's own grid

    def common_level(self, value: int) -> int:
        """The common level that a level of the grid says."""
        return next(each.common for each in self.levels if each.value == value)


def read_grid(grid: Grid) -> GridText:
    """Read a grid. Raises KeyError where its definition lacks a part, ValueError where it lacks a criterion."""
    data = grid.definition
    criteria = tuple(
        Criterion(
            item["code"],
            gettext(item["label"]),
            gettext(item["question"]),
            gettext(item["help"]),
            tuple(
                Degree(
                    each["value"], gettext(each["label"]), gettext(each["example"]), each["value"]
                )
                for each in item["degrees"]
            ),
            item["code"],
        )
        for item in data["criteria"]
    )
    if tuple(criterion.code for criterion in criteria) != CRITERIA:
        raise ValueError(f"grid {grid.pk} does not hold the four criteria: {criteria}")
    return GridText(
        gettext(grid.title),
        grid.version,
        gettext(data["notice"]),
        criteria,
        tuple(Tick(item["code"], gettext(item["label"])) for item in data["ticks"]),
        tuple(
            LevelText(item["value"], gettext(item["label"]), gettext(item["text"]), item["value"])
            for item in data["levels"]
        ),
    )


def read_own(definition: dict[str, Any], version: int, common: Grid) -> GridText:
    """Read a landlord's grid: its words as it wrote them, with the common grid's facts to tick."""
    notice = definition["notice"] or gettext(
        "Grille propre à votre organisme. Vos partenaires lisent l’échelle commune."
    )
    return GridText(
        definition["title"],
        version,
        notice,
        tuple(
            Criterion(
                each["code"], each["label"], each["question"], each["help"],
                tuple(
                    Degree(place, one["label"], one["example"], one["degree"])
                    for place, one in enumerate(each["options"], start=1)
                ),
                each["equivalent"],
            )
            for each in definition["criteria"]
        ),
        read_grid(common).ticks,
        tuple(
            LevelText(place, each["label"], each["text"], each["common"])
            for place, each in enumerate(definition["levels"], start=1)
        ),
        definition,
    )  # fmt: skip


def grid_of(campaign: Campaign) -> GridText:
    """The grid that the campaign is rated on: the landlord's own that it was launched with, or the common one."""
    if campaign.own_grid is None:
        return read_grid(campaign.grid)
    return read_own(campaign.own_grid.definition, campaign.own_grid.version, campaign.grid)


@dataclass(frozen=True)
class AnswerShown:
    """One answer of a rating, in the words of the grid that it was given on."""

    label: str
    value: int
    of: int
    text: str


def answers_shown(campaign: Campaign, grid: GridText, assessment: Assessment) -> list[AnswerShown]:
    """A rating's answers. A file gives common degrees, whatever grid its campaign (`grid`) has."""
    own = assessment.own_answers
    if own is None and grid.own is not None:
        grid = read_grid(campaign.grid)
    return answers_on(grid, assessment.criteria if own is None else own["answers"])


def answers_on(grid: GridText, answers: Mapping[str, int]) -> list[AnswerShown]:
    """Answers by question, in the grid's words; a question without one is left out."""
    return [
        AnswerShown(criterion.label, degree.value, len(criterion.degrees), degree.label)
        for criterion in grid.criteria
        for degree in criterion.degrees
        if degree.value == answers.get(criterion.code)
    ]


def own_level(assessment: Assessment, grid: GridText) -> str:
    """The landlord's own name of the level that was given; empty on the common grid."""
    own = assessment.own_answers
    if own is None or grid.own is None:
        return ""
    return next(each.label for each in grid.levels if each.value == own["level"])
