"""A grid's definition (JSON in the database), read into typed, translated texts for forms and pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from tenants.campaigns.models import Grid

CRITERIA = ("nature_gravity", "frequency", "equipment", "service")


@dataclass(frozen=True)
class Degree:
    """One of the four answers to a criterion."""

    value: int
    label: str
    example: str


@dataclass(frozen=True)
class Criterion:
    """A question that the rater answers."""

    code: str
    label: str
    question: str
    help: str
    degrees: tuple[Degree, ...]


@dataclass(frozen=True)
class Tick:
    """A fact that can be ticked, so that nothing need be written."""

    code: str
    label: str


@dataclass(frozen=True)
class LevelText:
    """What a level looks like: a line of the aid table."""

    value: int
    label: str
    text: str


@dataclass(frozen=True)
class GridText:
    """A version of the grid, in the reader's language."""

    title: str
    version: int
    notice: str
    criteria: tuple[Criterion, ...]
    ticks: tuple[Tick, ...]
    levels: tuple[LevelText, ...]


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
                Degree(each["value"], gettext(each["label"]), gettext(each["example"]))
                for each in item["degrees"]
            ),
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
            LevelText(item["value"], gettext(item["label"]), gettext(item["text"]))
            for item in data["levels"]
        ),
    )
