"""The report's map: territories drawn as SVG, the same for the page and for the PDF.

Outlines come from the catalogue of territories, common to all; what fills them comes from the release.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.db.models import F, FloatField, Func, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gis.territories.models import Territory
from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.numbers import percent
from sharing.reports.palette import Palette

WIDTH: Final = 640.0
TALLEST: Final = 640.0
MARGIN: Final = 12.0
# Beyond this many neighbourhoods their numbers would hide the map.
MOST_NUMBERS: Final = 90
MOST_NAMES: Final = 24  # of communes, likewise
MANY: Final = 30  # from here on the numbers are written smaller
# Classes of the share of sites at level 3 or 4: lower bound, and the paint of the class.
CLASSES: Final = ((0.0, "level-1"), (0.10, "level-2"), (0.25, "level-3"), (0.50, "level-4"))


@dataclass(frozen=True)
class Frame:
    """From EPSG:2154 metres to the drawing's units, y downwards."""

    x0: float
    y1: float
    scale: float
    height: float

    @classmethod
    def around(cls, extent: tuple[float, float, float, float]) -> Frame:
        """A frame that holds an extent (xmin, ymin, xmax, ymax) in metres."""
        x0, y0, x1, y1 = extent
        across, up = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
        scale = min((WIDTH - 2 * MARGIN) / across, (TALLEST - 2 * MARGIN) / up)
        height = up * scale + 2 * MARGIN
        slack = (WIDTH - 2 * MARGIN - across * scale) / 2
        return cls(x0 - (MARGIN + slack) / scale, y1 + MARGIN / scale, scale, height)

    def point(self, x: float, y: float) -> str:
        """« x y » in the drawing, one decimal."""
        return f"{(x - self.x0) * self.scale:.1f} {(self.y1 - y) * self.scale:.1f}"

    def place(self, point: Point) -> tuple[float, float]:
        """x and y of a point in the drawing."""
        return (point.x - self.x0) * self.scale, (self.y1 - point.y) * self.scale

    def path(self, geometry: GEOSGeometry) -> str:
        """The path of a polygon or multipolygon; other kinds give an empty path."""
        parts = geometry if isinstance(geometry, MultiPolygon) else [geometry]
        polygons = [part for part in parts if isinstance(part, Polygon)]
        return "".join(
            "M" + "L".join(self.point(x, y) for x, y, *_z in ring.coords) + "Z"
            for polygon in polygons
            for ring in polygon
        )


@dataclass(frozen=True)
class Shape:
    """One neighbourhood to draw: its line of the report, its path, where its number goes."""

    line: NeighbourhoodLine
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Land:
    """One commune under the neighbourhoods: its path, its name, where the name goes."""

    path: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Plan:
    """The map: communes under, neighbourhoods over."""

    frame: Frame
    land: list[Land]
    shapes: list[Shape]

    @property
    def said(self) -> str:
        """The text alternative."""
        return _(
            "Carte des quartiers, numérotés comme dans le tableau, plus foncés quand la part des sites en niveau "
            "3 ou 4 est plus élevée, hachurés quand ils sont masqués. Le tableau donne tous les chiffres."
        )


def simplified(metres: float) -> Func:
    tolerance = Value(metres, output_field=FloatField())
    return Func(
        F("geom"),
        tolerance,
        function="ST_SimplifyPreserveTopology",
        output_field=Territory._meta.get_field("geom"),
    )


def plan_of(content: ReportContent) -> Plan | None:
    """The map of the neighbourhoods that the reader reads; None when there are none."""
    ids = [line.territory_id for line in content.lines]
    places = Territory.objects.filter(pk__in=ids).order_by()
    extent = places.aggregate(extent=Extent("geom"))["extent"]
    if extent is None:
        return None
    communes = {code for codes in places.values_list("commune_codes", flat=True) for code in codes}
    land = Territory.objects.current("commune").filter(code__in=communes).order_by()
    wide = land.aggregate(extent=Extent("geom"))["extent"] or extent
    frame = Frame.around(union(extent, wide))
    outlines = land.annotate(
        drawn=simplified(1.0 / frame.scale), centre=PointOnSurface("geom")
    ).values_list("drawn", "name", "centre")
    by_id = {
        pk: (drawn, centre)
        for pk, drawn, centre in places.annotate(
            drawn=simplified(0.5 / frame.scale), centre=PointOnSurface("geom")
        ).values_list("pk", "drawn", "centre")
    }
    shapes = []
    for line in content.lines:
        drawn, centre = by_id[line.territory_id]
        shapes.append(Shape(line, frame.path(drawn), *frame.place(centre)))
    communes_drawn = [
        Land(frame.path(drawn), name, *frame.place(centre)) for drawn, name, centre in outlines
    ]
    return Plan(frame, communes_drawn, shapes)


def union(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """The least extent that holds both."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def class_of(share: float) -> str:
    """The paint of the class that holds a share."""
    return [paint for bound, paint in CLASSES if share >= bound][-1]


def legend() -> list[tuple[str, str]]:
    """Paint and words of each class."""
    bounds = [bound for bound, _paint in CLASSES]
    labels = [_("moins de %(to)s") % {"to": percent(bounds[1])}]
    labels += [
        _("de %(start)s à moins de %(to)s") % {"start": percent(start), "to": percent(to)}
        for start, to in pairwise(bounds[1:])
    ]
    labels.append(_("%(start)s et plus") % {"start": percent(bounds[-1])})
    return [(paint, label) for (_bound, paint), label in zip(CLASSES, labels, strict=True)]


def hatching(palette: Palette, name: str) -> SafeString:
    """The pattern of what is withheld: never a plain colour that could be read as a class."""
    return format_html(
        '<defs><pattern id="{}-{}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" fill="{}"/>'
        '<line x1="0" x2="0" y1="0" y2="6" stroke="{}" stroke-width="2"/></pattern></defs>',
        name, palette.name, palette["withheld"], palette["withheld-line"],
    )  # fmt: skip


def draw(plan: Plan, palette: Palette) -> SafeString:
    """The SVG. Decorative for screen readers: `plan.said` and the table are given beside it."""
    numbered = len(plan.shapes) <= MOST_NUMBERS
    size = 10.0 if len(plan.shapes) <= MANY else 7.5
    land = format_html_join(
        "",
        '<path d="{}" fill="{}" stroke="{}" stroke-width="0.8" stroke-linejoin="round"/>',
        ((each.path, palette["map-land"], palette["map-border"]) for each in plan.land),
    )
    shapes = format_html_join("", "{}", ((_draw_shape(shape, palette),) for shape in plan.shapes))
    names = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle" font-size="11" fill="{}" stroke="{}" stroke-width="2.5" '
        'stroke-linejoin="round" paint-order="stroke">{}</text>',
        (
            (f"{each.x:.1f}", f"{each.y:.1f}", palette["ink-2"], palette["map-land"], each.name)
            for each in plan.land
            if len(plan.land) <= MOST_NAMES
        ),
    )
    numbers = format_html_join(
        "", "{}", ((_draw_number(shape, palette, size),) for shape in plan.shapes if numbered)
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" class="figure__drawing" '
        'aria-hidden="true" focusable="false" font-family="{}">{}{}{}{}{}</svg>',
        f"{WIDTH:.0f}", f"{plan.frame.height:.0f}", f"{WIDTH:.0f}", f"{plan.frame.height:.0f}", palette.font,
        hatching(palette, "map"), land, shapes, names, numbers,
    )  # fmt: skip


def _draw_shape(shape: Shape, palette: Palette) -> SafeString:
    share = shape.line.high_share
    if share is None:
        fill, edge = f"url(#map-{palette.name})", palette["withheld-line"]
        told = _("masqué")
    else:
        fill, edge = palette[class_of(share)], palette["level-line"]
        told = _("%(share)s des sites en niveau 3 ou 4") % {"share": percent(share)}
    return format_html(
        '<path d="{}" fill="{}" stroke="{}" stroke-width="1.2" stroke-linejoin="round"><title>{} – {}</title></path>',
        shape.path, fill, edge, shape.line.name, told,
    )  # fmt: skip


def _draw_number(shape: Shape, palette: Palette, size: float) -> SafeString:
    if shape.line.is_withheld or not shape.line.number:
        return SafeString("")
    width, height = size * (0.8 + 0.55 * len(str(shape.line.number))), size * 1.4
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}" stroke="{}" stroke-width="0.6"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="{}" font-weight="700" fill="{}">{}</text>',
        f"{shape.x - width / 2:.1f}", f"{shape.y - height / 2:.1f}", f"{width:.1f}", f"{height:.1f}",
        f"{height / 2:.1f}", palette["surface"], palette["ink-2"],
        f"{shape.x:.1f}", f"{shape.y + size * 0.35:.1f}", size, palette["ink"], shape.line.number,
    )  # fmt: skip
