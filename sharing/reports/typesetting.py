"""The PDF of a report, set by Typst: tagged (PDF/UA-1), with the fonts that this folder carries and no other."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharing.receipts.facts import Facts
from sharing.reports import chart, plan, wording
from sharing.reports.content import Cell, NeighbourhoodLine, ReportContent
from sharing.reports.facts import facts_table
from sharing.reports.numbers import number
from sharing.reports.palette import paper

HERE: Final = Path(__file__).parent
LAYOUT: Final = HERE / "layout" / "report.typ"
FONTS: Final = HERE / "fonts"
# The narrow no-break space is in no font of the folder; the plain one is.
REPLACED: Final = str.maketrans({"\u202f": "\u00a0"})


class TypesettingError(RuntimeError):
    """Typst refused the document; the message is its own."""


def typeset(content: ReportContent, reader: str, facts: Facts) -> bytes:
    """The PDF of a report for the organisation named `reader`. Raises TypesettingError, OSError."""
    return compiled(LAYOUT, document(content, reader, facts))


def compiled(layout: Path, data: dict[str, Any]) -> bytes:
    """The PDF that a layout makes of its data. Raises TypesettingError, OSError."""
    text = json.dumps(data, ensure_ascii=False).translate(REPLACED)
    try:
        made = typst.Compiler(
            str(layout), root=str(HERE), font_paths=fonts(), ignore_system_fonts=True
        ).compile(format="pdf", pdf_standards=["ua-1"], sys_inputs={"data": text})
    except RuntimeError as error:  # typst.TypstError is one
        raise TypesettingError(str(error)) from error
    if not isinstance(made, bytes):
        raise TypesettingError(f"{layout.name}: no single file was made")
    return made


@cache
def fonts() -> typst.Fonts:
    """The fonts of the folder, read once a process."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def document(content: ReportContent, reader: str, facts: Facts) -> dict[str, Any]:
    """Everything that the layout writes, in the reader's words and number form; `facts`: the copy's receipt."""
    release, palette = content.report.release, paper()
    drawn_plan, drawn_chart = plan.plan_of(content), chart.chart_of(content)
    return {
        "language": (get_language() or "fr")[:2],
        "title": content.report.title,
        "convention": content.report.convention.name,
        "source": wording.source_line(release),
        "made": _("Établi le %(day)s pour %(reader)s")
        % {"day": date_format(timezone.localdate(), "DATE_FORMAT"), "reader": reader},
        "page": _("Page"),
        "headline": wording.headline(content),
        "facts": [
            {"label": fact.label, "value": fact.value, "hint": fact.hint}
            for fact in wording.summary(content)
        ],
        "colours": palette.paints,
        "map": None
        if drawn_plan is None
        else {
            "title": _("Carte"),
            "svg": str(plan.draw(drawn_plan, palette)),
            "said": drawn_plan.said,
            "legend_title": _("Part des sites en niveau 3 ou 4"),
            "legend": [{"paint": paint, "label": label} for paint, label in plan.legend()],
        },
        "chart": None
        if not drawn_chart.bars
        else {
            "title": drawn_chart.title,
            "svg": str(chart.draw(drawn_chart, palette)),
            "said": drawn_chart.said,
            "note": chart_note(drawn_chart),
        },
        "table": table(content),
        "areas": areas_table(content),
        "faits": facts_of(content),
        "own": own_table(content),
        "withheld": {
            "title": _("Quartiers masqués"),
            "label": _("Masqué"),
            "note": _("Masqué ne veut dire ni zéro, ni calme, ni difficile."),
            "names": [line.name for line in content.withheld],
        },
        "method": {
            "title": _("Comment lire ce rapport"),
            "parts": [{"title": title, "text": text} for title, text in wording.method(release)],
            "comparison": wording.comparison_line(release),
        },
        "receipt": {
            "title": _("Reçu de cette copie"),
            "number": _("Reçu %(number)s") % {"number": facts.number},
            "rows": facts.rows(),
        },
        "end": _("Document réservé aux parties de la convention. Ne pas diffuser au-delà."),
    }


def chart_note(drawn: chart.Chart) -> str:
    """What the chart leaves to the table, and how to read it."""
    note = _(
        "À droite de chaque barre, la part des sites en niveau 3 ou 4. Le chiffre dans la barre est le niveau."
    )
    if drawn.left_out:
        note += " " + _("%(count)s autres quartiers publiés sont dans le tableau.") % {
            "count": number(drawn.left_out)
        }
    return note


def table(content: ReportContent) -> dict[str, Any]:
    """The published neighbourhoods, sites and dwellings by level over all groups."""
    return {
        "title": _("Chiffres par quartier, tous bailleurs confondus"),
        "head": head(_("Quartier")),
        "rows": [row_of(line) for line in content.published],
    }


def head(name: str) -> dict[str, str]:
    """The titles of the columns; `name`: of the first."""
    return {
        "name": name,
        "sites": _("Sites par niveau"),
        "dwellings": _("Logements par niveau"),
        "groups": _("Groupes"),
        "steps": _("Évolution, niveau 3 ou 4"),
    }


def row_of(line: NeighbourhoodLine) -> dict[str, Any]:
    """The figures of a published line."""
    return {
        "number": str(line.number),
        "name": line.name,
        "note": " · ".join(
            filter(None, [wording.together_text(line), wording.rounding_text(line)])
        ),
        "sites": _cells(line.site_cells),
        "dwellings": _cells(line.dwelling_cells)
        or [{"text": wording.undivided_text(line), "span": 4}],
        "groups": number(line.groups or 0),
        "steps": wording.change_text(line),
    }


def _cells(cells: list[Cell]) -> list[dict[str, Any]]:
    """Figures with how many columns each covers; a band's says its levels."""
    return [
        {
            "text": number(cell.count) if cell.span == 1 else wording.band_text(cell),
            "span": cell.span,
        }
        for cell in cells
    ]


def areas_table(content: ReportContent) -> dict[str, Any]:
    """The communes and départements with figures."""
    return {
        **table(content),
        "title": _("Communes et département"),
        "rows": [row_of(line) for line in content.areas],
    }


def facts_of(content: ReportContent) -> dict[str, Any] | None:
    """Facts by family; None where none is told."""
    found = facts_table(content)
    if found is None:
        return None
    masked = _("masqué")
    return {
        "title": found.title,
        "note": found.note,
        "heads": [_("Territoire"), *found.heads],
        "rows": [
            [row.name, *(masked if cell is None else cell for cell in row.cells)]
            for row in found.rows
        ],
    }


def own_table(content: ReportContent) -> dict[str, Any] | None:
    """The reader's own sites and dwellings; None for a reader without any."""
    if not content.own_lines:
        return None
    return {
        "title": _("Vos propres chiffres"),
        "note": _("Vous seul lisez ce tableau : il vient de votre campagne, non de la diffusion."),
        "head": {
            "name": _("Quartier"),
            "sites": _("Vos sites par niveau"),
            "dwellings": _("Vos logements par niveau"),
        },
        "rows": [
            {
                "name": line.name,
                "sites": [number(count) for count in line.own_site_counts],
                "dwellings": [number(count) for count in line.own_dwelling_counts],
            }
            for line in content.own_lines
        ],
    }
