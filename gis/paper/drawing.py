"""Draw a frame of EPSG:2154 as SVG, in millimetres of paper: ground, outlines and names from the common tables.

What stands on it (marks) is given by the caller, who knows the reader; this module knows no landlord.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import F, FloatField, Func, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gis.territories.models import LAMBERT_93, BaseFeature, Territory

MM_PER_M: Final = 1_000.0
# Round scales and bars, so that a ruler can be laid on the sheet.
SCALES: Final = (2_000, 2_500, 4_000, 5_000, 7_500, 10_000, 15_000, 20_000, 25_000, 40_000, 50_000, 75_000, 100_000,
                 150_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 2_000_000, 5_000_000)  # fmt: skip
BARS_M: Final = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
STREETS_FROM: Final = 60_000  # nearer than this scale streets are drawn
SMALL_STREETS_FROM: Final = 20_000
NAMES_FROM: Final = 200_000


@dataclass(frozen=True)
class Sheet:
    """A piece of ground on a piece of paper: the north-west corner (EPSG:2154, m), size (mm), scale denominator."""

    x0: float
    y1: float
    width_mm: float
    height_mm: float
    scale: int

    @classmethod
    def holding(
        cls, box: tuple[float, float, float, float], width_mm: float, height_mm: float
    ) -> Sheet:
        """The largest round scale at which the box (xmin, ymin, xmax, ymax, m) fits, the box in the middle."""
        across, up = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
        least = max(across * MM_PER_M / width_mm, up * MM_PER_M / height_mm)
        scale = next((each for each in SCALES if each >= least), math.ceil(least))
        ground_x, ground_y = width_mm * scale / MM_PER_M, height_mm * scale / MM_PER_M
        return cls(
            (box[0] + box[2] - ground_x) / 2,
            (box[1] + box[3] + ground_y) / 2,
            width_mm,
            height_mm,
            scale,
        )

    @property
    def box(self) -> Polygon:
        """The ground of the sheet, EPSG:2154."""
        x1 = self.x0 + self.width_mm * self.scale / MM_PER_M
        y0 = self.y1 - self.height_mm * self.scale / MM_PER_M
        box = Polygon.from_bbox((self.x0, y0, x1, self.y1))
        box.srid = LAMBERT_93
        return box

    @property
    def bar(self) -> tuple[int, float]:
        """Metres and millimetres of a scale bar, at most a sixth of the sheet."""
        most = self.width_mm / 6
        metres = max(
            (each for each in BARS_M if each * MM_PER_M / self.scale <= most), default=BARS_M[0]
        )
        return metres, metres * MM_PER_M / self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of EPSG:2154 in millimetres from the top left."""
        return (x - self.x0) * MM_PER_M / self.scale, (self.y1 - y) * MM_PER_M / self.scale

    def path(self, geometry: GEOSGeometry) -> str:
        """The path of polygons and lines, two decimals of a millimetre; other kinds give an empty one."""
        return "".join(self._parts(geometry))

    def _parts(self, geometry: GEOSGeometry) -> Iterable[str]:
        if geometry.geom_type == "Polygon":
            for ring in geometry:  # type: ignore[attr-defined]
                yield self._line(ring.coords) + "Z"
        elif geometry.geom_type == "LineString":
            yield self._line(geometry.coords)  # type: ignore[attr-defined]  # a LineString
        elif geometry.geom_type.startswith("Multi") or geometry.geom_type == "GeometryCollection":
            for part in geometry:  # type: ignore[attr-defined]
                yield from self._parts(part)

    def _line(self, coords: Any) -> str:
        return "M" + "L".join("{:.2f} {:.2f}".format(*self.place(x, y)) for x, y, *_z in coords)


@dataclass(frozen=True)
class Mark:
    """A sign on the map: where (EPSG:2154), its drawing on a square of 24, its paints, the digit on it, its side in mm."""

    x: float
    y: float
    outline: str
    paint: str
    edge: str
    ink: str
    digit: str = ""
    glyph: str = ""
    side_mm: float = 4.2


Paints = dict[str, str]


def _simplified(sheet: Sheet, field: str = "geom") -> Func:
    """Outlines to a twentieth of a millimetre on the paper, cut to the sheet and a margin."""
    metres = 0.05 * sheet.scale / MM_PER_M
    box = sheet.box.buffer(5 * sheet.scale / MM_PER_M)
    box.srid = LAMBERT_93
    cut = Func(
        F(field),
        Value(box, output_field=Territory._meta.get_field("geom")),
        function="ST_Intersection",
    )
    return Func(
        cut, Value(metres, output_field=FloatField()), function="ST_Simplify", output_field=BaseFeature._meta.get_field("geom"),
    )  # fmt: skip


def ground(sheet: Sheet, paints: Paints) -> SafeString:
    """Parks, water and streets of the product's own base layer."""
    rank = 3 if sheet.scale <= SMALL_STREETS_FROM else 2 if sheet.scale <= STREETS_FROM else 1
    rows = (
        BaseFeature.objects.filter(geom__bboverlaps=sheet.box, rank__lte=rank)
        .annotate(drawn=_simplified(sheet))
        .order_by("kind", "rank", "pk")
        .values_list("kind", "rank", "drawn")
    )
    areas, lines = [], []
    for kind, level, drawn in rows:
        if drawn is None or drawn.empty:
            continue
        path = sheet.path(drawn)
        if kind == "street":
            lines.append(
                (path, paints["map-street-line"], f"{(1.1, 0.7, 0.45)[min(level, 3) - 1]}")
            )
        elif "Polygon" in drawn.geom_type:
            areas.append((path, paints["map-park" if kind == "park" else "map-water"]))
        else:
            lines.append((path, paints["map-water"], "1.2"))
    return format_html(
        '<rect width="{}" height="{}" fill="{}"/>{}{}',
        f"{sheet.width_mm}", f"{sheet.height_mm}", paints["map-land"],
        format_html_join("", '<path d="{}" fill="{}"/>', areas),
        format_html_join("", '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round"/>', lines),
    )  # fmt: skip


def territories(sheet: Sheet, paints: Paints) -> SafeString:
    """Outlines of communes, départements and neighbourhoods, and the names of communes."""
    styles = {
        "qpv": (paints["map-neighbourhood"], "0.35", paints["map-neighbourhood"]),
        "commune": (paints["map-border"], "0.3", "none"),
        "departement": (paints["map-border"], "0.8", "none"),
    }
    parts = []
    for kind, (stroke, width, fill) in styles.items():
        rows = (
            Territory.objects.current(kind)
            .filter(geom__bboverlaps=sheet.box)
            .annotate(drawn=_simplified(sheet))
        )
        parts += [
            (sheet.path(drawn), fill, "0.08" if fill != "none" else "0", stroke, width)
            for drawn in rows.values_list("drawn", flat=True)
            if drawn is not None and not drawn.empty
        ]
    drawn = format_html_join(
        "",
        '<path d="{}" fill="{}" fill-opacity="{}" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>',
        parts,
    )
    return drawn + _names(sheet, paints)


def _names(sheet: Sheet, paints: Paints) -> SafeString:
    if sheet.scale > NAMES_FROM:
        return SafeString("")
    rows = Territory.objects.current("commune").filter(geom__bboverlaps=sheet.box)
    centre = Func(
        F("geom"), function="ST_PointOnSurface", output_field=BaseFeature._meta.get_field("geom")
    )
    named = []
    for name, point in rows.annotate(centre=centre).values_list("name", "centre"):
        x, y = sheet.place(point.x, point.y)
        if 0 < x < sheet.width_mm and 0 < y < sheet.height_mm:
            named.append((f"{x:.1f}", f"{y:.1f}", paints["map-label"], paints["map-halo"], name))
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle" font-size="3" font-weight="700" fill="{}" stroke="{}" stroke-width="0.7" '
        'stroke-linejoin="round" paint-order="stroke">{}</text>',
        named,
    )


def marks(sheet: Sheet, given: Iterable[Mark]) -> SafeString:
    """The signs, in the order given: the last on top."""
    drawn = []
    for mark in given:
        x, y = sheet.place(mark.x, mark.y)
        size = mark.side_mm / 24
        glyph = format_html(
            '<path d="{}" fill="none" stroke="{}" stroke-width="2.2"/>', mark.glyph, mark.ink
        )
        digit = format_html(
            '<text x="12" y="16.8" text-anchor="middle" font-size="14" font-weight="700" fill="{}">{}</text>',
            mark.ink,
            mark.digit,
        )
        corner = f"{x - mark.side_mm / 2:.2f}", f"{y - mark.side_mm / 2:.2f}", f"{size:.4f}"
        paints = mark.outline, mark.paint, mark.edge
        drawn.append((*corner, *paints, glyph if mark.glyph else "", digit if mark.digit else ""))
    return format_html_join(
        "",
        '<g transform="translate({} {}) scale({})"><path d="{}" fill="{}" stroke="{}" stroke-width="1.6" '
        'stroke-linejoin="round"/>{}{}</g>',
        drawn,
    )


def rings(sheet: Sheet, circles: Iterable[tuple[float, float, float]], paint: str) -> SafeString:
    """Circles (x, y, radius; metres of EPSG:2154), dashed."""
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="{}" fill-opacity="0.08" stroke="{}" stroke-width="0.4" stroke-dasharray="1.6 1"/>',
        (
            (
                *(f"{value:.2f}" for value in sheet.place(x, y)),
                f"{radius * MM_PER_M / sheet.scale:.2f}",
                paint,
                paint,
            )
            for x, y, radius in circles
        ),
    )


def svg(sheet: Sheet, font: str, *layers: SafeString) -> SafeString:
    """The whole drawing; one unit is one millimetre."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}mm" height="{}mm" font-family="{}">'
        '<clipPath id="sheet"><rect width="{}" height="{}"/></clipPath><g clip-path="url(#sheet)">{}</g></svg>',
        sheet.width_mm, sheet.height_mm, sheet.width_mm, sheet.height_mm, font, sheet.width_mm, sheet.height_mm,
        format_html_join("", "{}", ((layer,) for layer in layers)),
    )  # fmt: skip
