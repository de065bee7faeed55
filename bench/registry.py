"""Subjects of the bench and the figures that they give."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import bench.subjects
from bench.ground import Ground


@dataclass(frozen=True)
class Figure:
    """One measured figure beside what it is compared with.

    ours and other: in `unit`; ratio: theirs by ours or ours by theirs, so that larger is better for us; target: the
    least ratio (or the largest value, with `at_most`) that was promised; None where nothing was.
    """

    subject: str
    name: str
    unit: str
    ours: float
    other: float | None = None
    compared_with: str = ""
    ratio: float | None = None
    target: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the promise is kept; None without one."""
        if self.target is None:
            return None
        value = self.ratio if self.ratio is not None else self.ours
        return value <= self.target if self.at_most else value >= self.target

    def as_json(self) -> dict[str, Any]:
        """One entry of results.json."""
        return asdict(self) | {"met": self.met}


Measure = Callable[[Ground], list[Figure]]
SUBJECTS: dict[str, Measure] = {}
WITHOUT_STOCK: set[str] = set()  # subjects that need the database, but nothing in it
# Subjects that make a ground of their own: the large one is not made for them.
APART: set[str] = set()


def subject(
    name: str, *, stock: bool = True, is_apart: bool = False
) -> Callable[[Measure], Measure]:
    """Register a subject: `@subject("tiles")` on a function from the ground to its figures.

    `stock`: it needs the database filled; `is_apart`: it measures on a ground of its own, and gets one that is not made
    when nothing else is asked for.
    """

    def register(measure: Measure) -> Measure:
        SUBJECTS[name] = measure
        if not stock:
            WITHOUT_STOCK.add(name)
        if is_apart:
            APART.add(name)
        return measure

    return register


def all_subjects() -> dict[str, Measure]:
    """Every subject, by name."""
    for module in pkgutil.iter_modules(bench.subjects.__path__):
        importlib.import_module(f"bench.subjects.{module.name}")
    return SUBJECTS
