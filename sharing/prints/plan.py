"""What a printed map says, whoever reads it: marks on the ground, the list under them, how the view was chosen."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.gis.geos import Point

from gis.paper.drawing import Mark, Sheet

# Paper, millimetres: page (width, height) lying on its side, and the map on it.
FORMATS: Final = {"a4": ((297, 210), (273.0, 150.0)), "a3": ((420, 297), (396.0, 234.0))}
MOST_MARKS: Final = 600  # more would cover one another: then they are counted by cell
CELL_MM: Final = 12.0
DESIGN: Final = Path("platform") / "orsen" / "design"
HEXAGON: Final = "M12 1.2 21.4 6.6v10.8L12 22.8 2.6 17.4V6.6Z"
DISC: Final = "M12 1a11 11 0 1 0 0 22a11 11 0 1 0 0-22Z"


@dataclass(frozen=True)
class Row:
    """A site of the printed list: its mark, its words, where it stands (EPSG:2154; None: not on the map)."""

    mark: int
    level: int
    cells: tuple[str, ...]
    geom: Point | None


@dataclass(frozen=True)
class Plan:
    """Everything that the sheet shows. `view` names the marks: « niveaux », or a view of design/marks.json."""

    title: str
    chosen: list[str]
    view: str
    head: tuple[str, ...]
    rows: Sequence[Row]
    legend: list[tuple[int, str]]
    rings: list[tuple[float, float, float]] = field(default_factory=list)
    ring_label: str = ""


@cache
def _read(name: str) -> Any:
    return json.loads((Path(settings.ROOT) / DESIGN / name).read_text(encoding="utf-8"))


def paints() -> dict[str, str]:
    """The light colours of the design tokens. Raises OSError without them."""
    found: dict[str, str] = _read("tokens.json")["light"]
    return found


def sign(view: str, mark: int) -> tuple[str, str, str, str, str, str]:
    """Outline, paint, edge, ink, digit and glyph of a mark, as on the screen. Raises KeyError for an unknown one."""
    colours = paints()
    if view in _read("marks.json"):
        drawing = _read("marks.json")[view][str(mark)]
        return (
            HEXAGON,
            colours[drawing["paint"]],
            colours["level-line"],
            colours[drawing["ink"]],
            "",
            drawing["glyph"],
        )
    outline = _read("shapes.json")[str(mark)]
    if not mark:
        return outline, colours["surface"], colours["line-strong"], colours["ink-3"], "–", ""
    return (
        outline,
        colours[f"level-{mark}"],
        colours["level-line"],
        colours[f"level-{mark}-ink"],
        str(mark),
        "",
    )


def marks_of(plan: Plan, sheet: Sheet) -> list[Mark]:
    """The signs of the map: one a site, the gravest on top; counts by cell when there are too many to be told apart."""
    placed = [row for row in plan.rows if row.geom is not None and sheet.box.contains(row.geom)]
    if len(placed) <= MOST_MARKS:
        return [
            Mark(row.geom.x, row.geom.y, *_parts(plan.view, row.mark))  # type: ignore[union-attr]  # placed
            for row in sorted(placed, key=lambda row: row.mark)
        ]
    cells: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in placed:
        x, y = sheet.place(row.geom.x, row.geom.y)  # type: ignore[union-attr]  # placed
        cells[int(x // CELL_MM), int(y // CELL_MM)].append(row)
    return [_counted(plan.view, held) for held in cells.values()]


def _parts(view: str, mark: int) -> tuple[str, str, str, str, str, str]:
    outline, paint, edge, ink, digit, glyph = sign(view, mark)
    return outline, paint, edge, ink, digit, glyph


def _counted(view: str, held: list[Row]) -> Mark:
    """A disc with the number of sites, in the paint of the gravest of them."""
    _outline, paint, edge, ink, _digit, _glyph = sign(view, max(row.mark for row in held))
    x = sum(row.geom.x for row in held if row.geom) / len(held)
    y = sum(row.geom.y for row in held if row.geom) / len(held)
    return Mark(
        x, y, DISC, paint, edge, ink, str(len(held)), side_mm=7.0 if len(held) > 99 else 5.6
    )
