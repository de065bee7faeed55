"""The sheet, set by Typst: tagged (PDF/UA-1), with the fonts of the reports and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis.paper import drawing
from gis.paper.drawing import Mark, Sheet
from sharing.prints.plan import FORMATS, Plan, marks_of, paints, sign
from sharing.receipts.facts import Facts
from sharing.reports.numbers import number
from sharing.reports.typesetting import FONTS, REPLACED, TypesettingError

HERE: Final = Path(__file__).parent
LAYOUT: Final = HERE / "layout" / "map.typ"
FONT: Final = "Atkinson Hyperlegible Next"
MOST_LISTED: Final = 400
SIGN_MM: Final = 4.5


def sheet_of(box: tuple[float, float, float, float], paper: str) -> Sheet:
    """The sheet that holds a box of EPSG:2154 on a paper of FORMATS. Raises KeyError for another."""
    return Sheet.holding(box, *FORMATS[paper][1])


def typeset(plan: Plan, box: tuple[float, float, float, float], paper: str, facts: Facts) -> bytes:
    """The PDF: the map at a round scale, its legend, then the list. Raises TypesettingError, OSError."""
    data = json.dumps(
        document(plan, sheet_of(box, paper), paper, facts), ensure_ascii=False
    ).translate(REPLACED)
    try:
        return bytes(
            typst.compile(
                str(LAYOUT), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf",
                pdf_standards=["ua-1"], sys_inputs={"data": data},
            )
        )  # fmt: skip
    except RuntimeError as error:  # typst.TypstError is one
        raise TypesettingError(str(error)) from error


def document(plan: Plan, sheet: Sheet, paper: str, facts: Facts) -> dict[str, Any]:
    """Everything that the layout writes, in the reader's words."""
    colours = paints()
    layers = (
        drawing.ground(sheet, colours),
        drawing.rings(sheet, plan.rings, colours["info"]),
        drawing.territories(sheet, colours),
        drawing.marks(sheet, marks_of(plan, sheet)),
    )
    metres, millimetres = sheet.bar
    listed = plan.rows[:MOST_LISTED]
    page, _map = FORMATS[paper]
    return {
        "language": (get_language() or "fr")[:2],
        "paper": {"width": page[0], "height": page[1]},
        "title": plan.title,
        "chosen": plan.chosen,
        "map": {
            "svg": str(drawing.svg(sheet, FONT, *layers)),
            "width": sheet.width_mm,
            "said": _(
                "Carte des sites de la liste, à leur marque. La liste qui suit dit tout ce que montre la carte."
            ),
        },
        "scale": _("1 : %(scale)s") % {"scale": number(sheet.scale)},
        "bar": {
            "mm": millimetres,
            "label": f"{number(metres)} m" if metres < 1_000 else f"{number(metres // 1_000)} km",
        },
        "north": _("Nord"),
        "signs": {str(mark): _sign(plan.view, mark) for mark in {row.mark for row in listed}},
        "legend": [{"svg": _sign(plan.view, mark), "label": label} for mark, label in plan.legend],
        "ring": plan.ring_label,
        "withheld": {"label": _("Masqué"), "note": _("ni zéro ni faible")},
        "colours": {
            name: colours[name]
            for name in ("ink", "ink-2", "line", "brand", "info", "withheld", "withheld-line")
        },
        "list": {
            "title": _("Sites de la carte"),
            "head": list(plan.head),
            "rows": [{"mark": str(row.mark), "cells": list(row.cells)} for row in listed],
            "more": _("%(n)s autres sites sont sur la carte.")
            % {"n": number(len(plan.rows) - len(listed))}
            if len(plan.rows) > len(listed)
            else "",
        },
        "receipt": facts.line(),
        "facts": [list(pair) for pair in facts.rows()],
        "source": _("Fond et contours : catalogue de la plateforme. Lambert 93 (EPSG:2154)."),
        "page": _("Page"),
    }


def _sign(view: str, mark: int) -> str:
    """One sign by itself, for the legend and the list."""
    alone = Sheet(0.0, SIGN_MM, SIGN_MM, SIGN_MM, 1_000)
    drawn = drawing.marks(alone, [Mark(SIGN_MM / 2, SIGN_MM / 2, *sign(view, mark), side_mm=4.0)])
    return str(drawing.svg(alone, FONT, drawn))
