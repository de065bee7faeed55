"""The sheet of one territory: its figures beside its commune's and its département's, on one page of their own.

Everything that it tells comes from the content of the report, hence from the release; outlines from the catalogue.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis.territories.models import Territory, TerritoryKind
from sharing.receipts.facts import Facts
from sharing.reports import chart, plan, wording
from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.numbers import number, percent
from sharing.reports.palette import paper
from sharing.reports.typesetting import HERE, compiled, head, row_of

LAYOUT: Final = HERE / "layout" / "sheet.typ"
# To how many metres outlines are drawn: what a drawing of 68 mm can show of a neighbourhood, and of what is around it.
OWN_TOLERANCE: Final = 10.0
TOLERANCE_AROUND: Final = 40.0
AREAS: Final = (TerritoryKind.COMMUNE, TerritoryKind.DEPARTEMENT)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sheet:
    """A territory and those around it, the nearest first."""

    line: NeighbourhoodLine
    around: tuple[NeighbourhoodLine, ...]

    @property
    def file_name(self) -> str:
        """Sorted by kind, then by code; the name tells a reader of the archive which territory it is."""
        return f"{self.line.kind}/{self.line.code}-{slugify(self.line.name)[:60]}.pdf"


def departements_of(content: ReportContent) -> list[str]:
    """Codes of the départements that the reader's territories lie in."""
    return sorted({line.departement for line in _everything(content)})


def sheets_of(content: ReportContent, departement: str) -> list[Sheet]:
    """A sheet for each territory of the département that the reader reads, withheld ones included, by kind and code."""
    everything = _everything(content)
    area = {(line.kind, line.code): line for line in everything}
    here = [line for line in everything if line.departement == departement]
    sheets = []
    for line in sorted(here, key=lambda line: (line.kind, line.code)):
        wider = [(TerritoryKind.COMMUNE, code) for code in line.communes]
        wider.append((TerritoryKind.DEPARTEMENT, departement))
        around = [area[key] for key in wider if key in area and area[key] is not line]
        sheets.append(Sheet(replace(line, number=0), tuple(around)))
    return sheets


def _everything(content: ReportContent) -> list[NeighbourhoodLine]:
    return [*content.lines, *content.areas, *content.withheld_areas]


def archive(
    content: ReportContent,
    sheets: list[Sheet],
    reader: str,
    facts: Facts,
    progress: Progress = lambda _done, _total: None,
) -> bytes:
    """A ZIP of those sheets, a PDF each. Raises TypesettingError, OSError."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for done, (sheet, pdf) in enumerate(typeset_all(content, sheets, reader, facts), start=1):
            packed.writestr(sheet.file_name, pdf)
            progress(done, len(sheets))
    return held.getvalue()


def typeset_all(
    content: ReportContent, sheets: list[Sheet], reader: str, facts: Facts
) -> Iterator[tuple[Sheet, bytes]]:
    """Each sheet and its PDF, in order. Raises TypesettingError, OSError."""
    for sheet, data in documents(content, sheets, reader, facts):
        yield sheet, compiled(LAYOUT, data)


def documents(
    content: ReportContent, sheets: list[Sheet], reader: str, facts: Facts
) -> Iterator[tuple[Sheet, dict[str, Any]]]:
    """Each sheet and everything that the layout writes of it, in order."""
    outlines = _outlines(sheets)
    shared = _shared(content, reader, facts)
    for sheet in sheets:
        yield sheet, document(sheet, outlines, shared)


def _outlines(sheets: list[Sheet]) -> Mapping[int, GEOSGeometry]:
    """Outlines of the sheets' territories and of those around them, EPSG:2154, simplified."""
    wanted = {line.territory_id for sheet in sheets for line in (sheet.line, *sheet.around)}
    found = Territory.objects.filter(pk__in=wanted).order_by()
    near = found.exclude(kind__in=AREAS).annotate(drawn=plan.simplified(OWN_TOLERANCE))
    wide = found.filter(kind__in=AREAS).annotate(drawn=plan.simplified(TOLERANCE_AROUND))
    return dict([*near.values_list("pk", "drawn"), *wide.values_list("pk", "drawn")])


def _shared(content: ReportContent, reader: str, facts: Facts) -> dict[str, Any]:
    """What every sheet of a copy says alike."""
    release = content.report.release
    told = dict(enumerate(wording.method(release)))
    return {
        "language": (get_language() or "fr")[:2],
        "report": content.report.title,
        "convention": content.report.convention.name,
        "source": wording.source_line(release),
        "made": _("Établi le %(day)s pour %(reader)s")
        % {"day": date_format(timezone.localdate(), "DATE_FORMAT"), "reader": reader},
        "colours": paper().paints,
        "method": {"title": told[1][0], "text": f"{told[1][1]} {told[3][1]}"},
        "receipt": facts.line(),
        "end": _("Document réservé aux parties de la convention. Ne pas diffuser au-delà."),
    }


def document(
    sheet: Sheet, outlines: Mapping[int, GEOSGeometry], shared: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything that the layout writes of one territory."""
    line = sheet.line
    compared = [replace(each, number=0) for each in (line, *sheet.around) if not each.is_withheld]
    drawn = chart.chart_of_lines(compared)
    return {
        **shared,
        "title": line.name,
        "kind": f"{TerritoryKind(line.kind).label} {line.code}",
        "withheld": line.is_withheld,
        "headline": headline(line),
        "notes": [
            note for note in (wording.together_text(line), wording.rounding_text(line)) if note
        ],
        "map": _map(sheet, outlines),
        "chart": None
        if not drawn.bars
        else {
            "title": drawn.title,
            "svg": str(chart.draw(drawn, paper())),
            "said": drawn.said,
        },
        "table": {
            "title": _("Chiffres, tous bailleurs confondus"),
            "head": head(_("Territoire")),
            "rows": [
                withheld_row(each) if each.is_withheld else row_of(each)
                for each in (line, *sheet.around)
            ],
        },
    }


def headline(line: NeighbourhoodLine) -> str:
    """The sheet in one sentence."""
    if line.sites is None or line.high_share is None:
        return _(
            "Les chiffres de ce territoire sont masqués. Masqué ne veut dire ni zéro, ni calme, ni difficile."
        )
    total = sum(cell.count for cell in line.site_cells)
    return _("%(share)s des %(count)s sites cotés sont au niveau 3 ou 4.") % {
        "share": percent(line.high_share),
        "count": number(total),
    }


def withheld_row(line: NeighbourhoodLine) -> dict[str, Any]:
    """The row of a withheld territory: its name and the word, never a figure."""
    masked = [{"text": _("masqué"), "span": 4}]
    return {
        "number": "", "name": line.name, "note": "", "sites": masked, "dwellings": masked, "groups": "–", "steps": "–",
    }  # fmt: skip


def _map(sheet: Sheet, outlines: Mapping[int, GEOSGeometry]) -> dict[str, str] | None:
    """The territory within the commune (or the département) around it; None without an outline."""
    own = outlines.get(sheet.line.territory_id)
    if own is None or own.empty:
        return None
    land = [
        (each.name, outlines[each.territory_id])
        for each in sheet.around
        if each.territory_id in outlines
        and (each.kind == TerritoryKind.COMMUNE or sheet.line.kind == TerritoryKind.COMMUNE)
    ]
    extent = own.extent
    for _name, around in land:
        extent = plan.union(extent, around.extent)
    frame = plan.Frame.around(extent)
    lands = [
        plan.Land(frame.path(around), name, *frame.place(around.centroid)) for name, around in land
    ]
    shape = plan.Shape(sheet.line, frame.path(own), *frame.place(own.centroid))
    drawn = plan.Plan(frame, lands, [shape])
    said = _("Carte : où se trouve %(name)s") % {"name": sheet.line.name}
    if land:
        said = _("Carte : où se trouve %(name)s, dans %(around)s") % {
            "name": sheet.line.name,
            "around": ", ".join(name for name, _outline in land),
        }
    return {"title": _("Situation"), "svg": str(plan.draw(drawn, paper())), "said": said}
