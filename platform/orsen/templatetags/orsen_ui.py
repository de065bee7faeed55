"""The components of the pages: docs/design-system.md shows each with its snippet.

The library is a template built-in: no `{% load %}` is needed. Everything it writes is escaped, and
nothing carries a style attribute, which the content security policy would refuse.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from orsen.figures import dwellings, hectare, initials, metres, number, percent

register = template.Library()

DESIGN = Path(__file__).resolve().parent.parent / "design"
LEVELS = (1, 2, 3, 4)
THEMES = {"light", "dark"}
# Paths on a 24 × 24 grid, of nearly equal area: the eye must not read a larger shape as a graver level.
SHAPES: dict[int, SafeString] = {
    int(number): format_html('<path d="{}"/>', path)
    for number, path in json.loads((DESIGN / "shapes.json").read_text(encoding="utf-8")).items()
}


@cache
def icon_names() -> frozenset[str]:
    """The icons of the sprite. Raises OSError when the list of the package is missing."""
    names: list[str] = json.loads((DESIGN / "icons.json").read_text(encoding="utf-8"))
    return frozenset(names)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One icon of the sprite; decorative unless `label` names it.

    Raises ValueError for a name that design/icons.json does not list, since the sprite lacks it.
    """
    if name not in icon_names():
        raise ValueError(
            f"{name!r} is not in platform/orsen/design/icons.json: add it there, then build the front end."
        )
    role = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    classes = f"icon {css}".strip()
    return format_html(
        '<svg class="{}" {} focusable="false"><use href="{}#{}"/></svg>',
        classes,
        role,
        static("app/icons.svg"),
        name,
    )


def _level_number(value: Any) -> int:
    number = 0 if value in (None, "") else int(value)
    if number not in SHAPES:
        raise ValueError(
            f"A sensitivity level is 1 to 4, or nothing where the site is not rated; not {value!r}."
        )
    return number


def level_name(value: Any) -> str:
    """« Niveau 3 », or « Non coté » for 0 and None."""
    number = _level_number(value)
    return gettext("Niveau %(level)s") % {"level": number} if number else gettext("Non coté")


@register.simple_tag
def level(value: Any, size: str = "", *, label: bool = False) -> SafeString:
    """The badge of a sensitivity level: shape, digit and, for screen readers, its name.

    `value` is 1 to 4, or 0 or None where the site is not rated; `size` is s, l or xl; `label` writes
    the name beside the badge. Raises ValueError for another value.
    """
    number = _level_number(value)
    name = level_name(number)
    badge = format_html(
        '<span class="level level--{}{}"><svg class="level__shape" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
        '<span class="level__digit" aria-hidden="true">{}</span>{}</span>',
        number,
        f" level--{size}" if size else "",
        SHAPES[number],
        number or "–",
        "" if label else format_html('<span class="visually-hidden">{}</span>', name),
    )
    return (
        format_html('<span class="level-with-label">{}<span>{}</span></span>', badge, name)
        if label
        else badge
    )


@register.simple_tag
def level_change(before: Any, after: Any) -> SafeString:
    """From one level to another, with the arrow between."""
    said = gettext("De %(before)s à %(after)s") % {
        "before": level_name(before),
        "after": level_name(after),
    }
    return format_html(
        '<span class="level-change"><span class="visually-hidden">{}</span>'
        '<span class="level-change" aria-hidden="true">{}{}{}</span></span>',
        said,
        level(before, "s"),
        icon("arrow-right"),
        level(after),
    )


@register.simple_tag
def withheld(reason: str = "") -> SafeString:
    """The value *masqué*: a state of its own, neither zero nor low. `reason` shows on demand."""
    title = format_html(' title="{}"', reason) if reason else ""
    return format_html(
        '<span class="withheld"{}>{}<span>{}</span></span>',
        title,
        icon("eye-off"),
        gettext("Masqué"),
    )


@register.inclusion_tag("components/stat.html")
def stat(label: str, value: Any, hint: str = "", url: str = "") -> dict[str, Any]:
    """One figure with its label; a number is written in the reader's form, text as it is."""
    return {
        "label": label,
        "value": number(value) if isinstance(value, int | float | Decimal) else value,
        "hint": hint,
        "url": url,
    }


def _counts(counts: Mapping[Any, Any] | Iterable[Any]) -> dict[int, int]:
    if isinstance(counts, Mapping):
        return {
            level: int(counts.get(level, counts.get(str(level), counts.get(f"n{level}", 0))) or 0)
            for level in (0, *LEVELS)
        }
    values = [int(value or 0) for value in counts]
    if len(values) != len(LEVELS):
        raise ValueError(
            f"A level bar takes a mapping, or four numbers for levels 1 to 4; not {len(values)} numbers."
        )
    return {0: 0, **dict(zip(LEVELS, values, strict=True))}


@register.inclusion_tag("components/level_bar.html")
def level_bar(
    counts: Mapping[Any, Any] | Iterable[Any],
    unit: str = "",
    size: str = "",
    *,
    legend: bool = False,
) -> dict[str, Any]:
    """A bar of the four levels, with a text alternative.

    `counts` is a mapping {1: n, …, 4: n} (keys may be text or n1…n4; 0 counts what is not rated) or four
    numbers; `unit` is a plural noun for the alternative (« logements »); `legend` writes shapes and
    counts below. Raises ValueError when four levels cannot be read from it.
    """
    values = _counts(counts)
    total = sum(values.values())
    parts, x = [], 0.0
    for number_, value in values.items():
        width = 1000 * value / total if total else 0
        if value:
            parts.append({"level": number_, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    rows = [
        {"level": n, "count": values[n], "share": values[n] / total if total else None}
        for n in ((*LEVELS, 0) if values[0] else LEVELS)
    ]
    said = ", ".join(f"{level_name(n)} : {number(v)}" for n, v in values.items() if n or v)
    return {
        "parts": parts,
        "rows": rows,
        "total": total,
        "unit": unit,
        "size": size,
        "legend": legend,
        "said": said,
    }


@register.inclusion_tag("components/level_trend.html")
def level_trend(points: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The levels of one site over its campaigns, oldest first: pairs (label of the campaign, level or None).

    Levels are ordinal: four lanes and a step line, never a mean or a slope.
    """
    rows = [(str(label), _level_number(value)) for label, value in points]
    step, left, top, lane = 68, 34, 22, 34
    dots, path = [], ""
    for index, (label, value) in enumerate(rows):
        x, y = left + index * step + step // 2, top + (4 - value) * lane
        if value:
            path += f"H{x}V{y}" if path else f"M{x} {y}"
        # Text, since the reader's language would put spaces and commas into numbers.
        place = {
            "x": str(x),
            "left": str(x - 12),
            "top": str(y - 12),
            "digit_y": "18" if value == 3 else "16.4",
        }
        dots.append(place | {"level": value, "label": label, "shape": SHAPES[value]})
    return {
        "dots": dots,
        "path": path,
        "lanes": [
            {"level": n, "y": str(top + (4 - n) * lane), "text_y": str(top + (4 - n) * lane + 4)}
            for n in LEVELS
        ],
        "left": str(left),
        "width": str(left + max(len(rows), 1) * step),
        "height": str(top + 3 * lane + 48),
        "label_y": str(top + 3 * lane + 38),
        "said": ", ".join(f"{label} : {level_name(value)}" for label, value in rows),
    }


@register.inclusion_tag("components/progress.html")
def progress(done: int | None, total: int | None, label: str = "") -> dict[str, Any]:
    """How far long work or a campaign has come; without a total the bar says only that work goes on."""
    known = bool(total) and done is not None
    share = min(1.0, done / total) if known and done is not None and total else None
    return {"done": done, "total": total, "known": known, "share": share, "label": label}


@register.inclusion_tag("components/field.html")
def field(bound_field: BoundField, help_text: str | None = None) -> dict[str, Any]:
    """A form field with its label, help and errors, tied together for screen readers.

    `help_text` takes the place of the form's own; an empty one hides it.
    """
    widget = bound_field.field.widget
    return {
        "field": bound_field,
        "checkbox": isinstance(widget, CheckboxInput),
        "group": bool(bound_field.use_fieldset),
        "help": bound_field.help_text if help_text is None else help_text,
        "optional": not bound_field.field.required and not isinstance(widget, CheckboxInput),
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: Any) -> dict[str, Any]:
    """All the fields of a form in their order, its general errors first."""
    return {"form": form}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", url: str = "", label: str = "", icon_name: str = "inbox"
) -> dict[str, Any]:
    """What to show where there is nothing yet: why, and what to do first."""
    return {"title": title, "text": text, "url": url, "label": label, "icon_name": icon_name}


TAG_KINDS = {"neutral", "ok", "warn", "danger", "info", "brand", "outline"}


@register.simple_tag
def tag(text: str, kind: str = "neutral", icon_name: str = "") -> SafeString:
    """A short state in a pill. Raises ValueError for an unknown kind."""
    if kind not in TAG_KINDS:
        raise ValueError(f"Unknown kind of tag {kind!r}; one of {', '.join(sorted(TAG_KINDS))}.")
    return format_html(
        '<span class="tag tag--{}">{}{}</span>', kind, icon(icon_name) if icon_name else "", text
    )


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, name: str, label: str, css: str = "", parameter: str = "tri"
) -> dict[str, Any]:
    """A `<th>` whose link sorts the list by `name`, or the other way round when it already does.

    The page reads the query parameter (`tri`): `name` for ascending, `-name` for descending.
    """
    request: HttpRequest = context["request"]
    current = request.GET.get(parameter, "")
    state = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    query = request.GET.copy()
    query[parameter] = f"-{name}" if state == "ascending" else name
    query.pop("page", None)
    arrow = {"ascending": "arrow-up", "descending": "arrow-down"}.get(state, "arrow-down-up")
    return {
        "state": state,
        "label": label,
        "css": css,
        "url": f"?{query.urlencode()}",
        "arrow": arrow,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, noun: str = "") -> dict[str, Any]:
    """The pages of a list; `page` is a Page of Django's Paginator; `noun` is plural (« résidences »)."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    rest = f"&{query.urlencode()}" if query else ""
    return {
        "page": page,
        "noun": noun,
        "rest": rest,
        "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1)),
    }


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """`data-theme="…"` when the reader has chosen a theme, from the cookie that the page's script writes."""
    request = context.get("request")
    chosen = request.COOKIES.get("orsen_theme", "") if request else ""
    return format_html(' data-theme="{}"', chosen) if chosen in THEMES else SafeString("")


for figure in (number, percent, hectare, metres, dwellings, initials):
    register.filter(figure.__name__, figure)
