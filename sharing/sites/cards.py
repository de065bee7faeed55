"""A shared site's card, in the reader's words: one shape for `site`, more for `file`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point

from gis.degrees import in_degrees
from sharing.access.models import SharedFile, SharedSite
from tenants.campaigns.grids.reading import GridText, read_grid
from tenants.campaigns.models import Grid
from tenants.incidents.nomenclature import FAMILIES
from tenants.interventions.models import Intervention


@dataclass(frozen=True)
class CriterionShown:
    """One criterion of the published assessment."""

    label: str
    value: int
    degree: str


@dataclass(frozen=True)
class InterventionShown:
    """One intervention on the site."""

    title: str
    status: str
    starts_on: dt.date
    ends_on: dt.date | None


@dataclass(frozen=True)
class FileShown:
    """What detail level `file` adds."""

    criteria: list[CriterionShown]
    comment: str
    rated_on: dt.date | None
    history: list[tuple[int, dt.date]]
    facts: list[tuple[str, int]]
    interventions: list[InterventionShown]
    trend: list[tuple[str, int]] = field(default_factory=list)


def shown_file(found: SharedFile) -> FileShown:
    """The file of a site, with the labels of the grid and of the nomenclature."""
    history = [(row["level"], dt.date.fromisoformat(row["on"])) for row in found.history]
    families = {code: str(label) for code, label in FAMILIES}
    return FileShown(
        criteria=_criteria(found.criteria or {}),
        comment=found.shared_comment or "",
        rated_on=found.rated_on,
        history=history,
        facts=sorted(((families.get(code, code), n) for code, n in found.incidents.items()), key=lambda f: -f[1]),
        interventions=[_intervention(row) for row in found.interventions],
        trend=[(day.strftime("%m/%Y"), level) for level, day in reversed(history[:8])],
    )  # fmt: skip


def _criteria(criteria: dict[str, int]) -> list[CriterionShown]:
    grid = Grid.objects.filter(published_at__isnull=False).order_by("-version").first()
    text: GridText | None = read_grid(grid) if grid else None
    labels = {each.code: each for each in text.criteria} if text else {}
    shown = []
    for code, value in criteria.items():
        criterion = labels.get(code)
        degrees = {each.value: each.label for each in criterion.degrees} if criterion else {}
        shown.append(CriterionShown(criterion.label if criterion else code, value, degrees.get(value, "")))  # fmt: skip
    return shown


def _intervention(row: dict[str, Any]) -> InterventionShown:
    return InterventionShown(
        row["title"],
        str(Intervention.Status(row["status"]).label),
        dt.date.fromisoformat(row["starts_on"]),
        dt.date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
    )


def degrees(site: SharedSite) -> Point | None:
    """The site's position in EPSG:4326, for the map."""
    return None if site.geom is None else in_degrees(site.geom)
