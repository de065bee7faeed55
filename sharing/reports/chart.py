"""The report's chart: one definition as data, drawn as SVG for the page and for the PDF alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.numbers import percent
from sharing.reports.palette import Palette

MOST_BARS: Final = 20
WIDTH: Final = 640
LABEL_WIDTH: Final = 210
BAR_WIDTH: Final = 360
STEP: Final = 26
BAR_HEIGHT: Final = 16
HEAD: Final = 26
# A segment narrower than this holds no digit: the digit would leave it.
DIGIT_WIDTH: Final = 14.0


@dataclass(frozen=True)
class Bar:
    """One neighbourhood: its number in the table, its name, the share of sites at each level or band."""

    number: int
    name: str
    shares: tuple[tuple[str, float], ...]  # "1" or "1–2" and its share

    @property
    def high(self) -> float:
        """Share at level 3 or 4."""
        return sum(share for levels, share in self.shares if levels[0] in "34")


@dataclass(frozen=True)
class Chart:
    """Stacked bars of sites by level; `left_out` neighbourhoods are in the table only."""

    title: str
    bars: list[Bar]
    left_out: int

    @property
    def said(self) -> str:
        """The text alternative: what the eye reads off the bars."""
        rows = " ; ".join(
            _("%(name)s : %(share)s en niveau 3 ou 4")
            % {"name": bar.name, "share": percent(bar.high)}
            for bar in self.bars
        )
        return _("%(title)s. %(rows)s. Le tableau donne tous les chiffres.") % {
            "title": self.title,
            "rows": rows,
        }


def chart_of(content: ReportContent) -> Chart:
    """The definition, from the published neighbourhoods, those with the highest share at level 3 or 4 first."""
    return chart_of_lines(content.published)


def chart_of_lines(lines: Sequence[NeighbourhoodLine]) -> Chart:
    """The same of chosen lines, none withheld, in their order."""
    bars = [_bar(line) for line in lines]
    return Chart(
        title=_("Répartition des sites par niveau de sensibilité"),
        bars=bars[:MOST_BARS],
        left_out=max(0, len(bars) - MOST_BARS),
    )


def _bar(line: NeighbourhoodLine) -> Bar:
    cells = line.site_cells
    total = sum(cell.count for cell in cells) or 1
    return Bar(line.number, line.name, tuple((cell.levels, cell.count / total) for cell in cells))


def short(name: str, limit: int = 27) -> str:
    """The name, cut at a word where it would leave its column."""
    return name if len(name) <= limit else f"{name[: limit - 1].rstrip(' -,')}…"


def draw(chart: Chart, palette: Palette) -> SafeString:
    """The SVG. Decorative for screen readers: the page and the PDF give `chart.said` and the table beside it."""
    height = HEAD + STEP * len(chart.bars) + 6
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" class="figure__drawing" '
        'aria-hidden="true" focusable="false" font-family="{}" font-size="13">{}{}</svg>',
        WIDTH, height, WIDTH, height, palette.font, _axis(height, palette),
        format_html_join("", "{}", ((_draw_bar(bar, row, palette),) for row, bar in enumerate(chart.bars))),
    )  # fmt: skip


def _axis(height: int, palette: Palette) -> SafeString:
    marks = [(LABEL_WIDTH + BAR_WIDTH * tenth / 4, percent(tenth / 4)) for tenth in range(5)]
    return format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="18" y2="{}" stroke="{}"/>'
        '<text x="{}" y="12" text-anchor="middle" font-size="11" fill="{}">{}</text>',
        (
            (
                f"{x:.0f}",
                f"{x:.0f}",
                height - 4,
                palette["line"],
                f"{x:.0f}",
                palette["ink-2"],
                label,
            )
            for x, label in marks
        ),
    )


def _draw_bar(bar: Bar, row: int, palette: Palette) -> SafeString:
    top = HEAD + STEP * row
    parts, x = [], float(LABEL_WIDTH)
    for levels, share in bar.shares:
        width = share * BAR_WIDTH
        if width:
            parts.append(_segment(levels, x, top, width, palette))
        x += width
    return format_html(
        '<text x="{}" y="{}" text-anchor="end" fill="{}">{}{}</text>{}'
        '<text x="{}" y="{}" fill="{}" font-weight="700">{}</text>',
        LABEL_WIDTH - 8, top + 13, palette["ink"], short(bar.name),
        f" · {bar.number}" if bar.number else "",
        format_html_join("", "{}", ((part,) for part in parts)),
        LABEL_WIDTH + BAR_WIDTH + 8, top + 13, palette["ink"], percent(bar.high),
    )  # fmt: skip


def _segment(levels: str, x: float, top: int, width: float, palette: Palette) -> SafeString:
    """A level in its paint; a band in that of its lower level, with both digits."""
    digit, level = SafeString(""), levels[0]
    if width >= DIGIT_WIDTH * len(levels) ** 0.5:
        digit = format_html(
            '<text x="{}" y="{}" text-anchor="middle" font-size="11" font-weight="700" fill="{}">{}</text>',
            f"{x + width / 2:.1f}", top + 12, palette[f"level-{level}-ink"], levels,
        )  # fmt: skip
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" stroke-width="0.75"/>{}',
        f"{x:.1f}", top, f"{width:.1f}", BAR_HEIGHT, palette[f"level-{level}"], palette["level-line"], digit,
    )  # fmt: skip
