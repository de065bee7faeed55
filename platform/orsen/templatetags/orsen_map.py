"""Marks of the map that are not levels: the same drawing in the legend, in the list and on the map."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

DRAWINGS: Final = Path(__file__).resolve().parents[1] / "design" / "marks.json"
# A hexagon: no level has this shape.
OUTLINE: Final = "M12 1.2 21.4 6.6v10.8L12 22.8 2.6 17.4V6.6Z"
NAMES: Final[dict[str, dict[int, str | Promise]]] = {
    "evolution": {
        3: _("Niveau en hausse"),
        2: _("Niveau inchangé"),
        1: _("Niveau en baisse"),
        0: _("Non comparable"),
    },
    "points-chauds": {
        4: _("Point chaud ou foyer"),
        3: _("À surveiller"),
        2: _("Isolé parmi des calmes"),
        1: _("Point calme"),
    },
    "nouveautes": {4: _("Nouveau pour vous"), 3: _("Niveau en hausse"), 1: _("Niveau en baisse")},
}


@cache
def drawings() -> dict[str, dict[str, dict[str, str]]]:
    """Paint, ink and glyph of each mark of each view. Raises OSError without the file."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(DRAWINGS.read_text(encoding="utf-8"))
    return found


@register.simple_tag
def map_mark(view: str, number: Any, *, label: bool = False) -> SafeString:
    """The mark of a view: its drawing, and its name beside it or for screen readers. Raises KeyError for an unknown one."""
    drawing, name = drawings()[view][str(number)], NAMES[view][int(number)]
    badge = format_html(
        '<span class="mark"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="{}" fill="var(--{})" stroke="var(--level-line)" '
        'stroke-width="1.4"/><path d="{}" fill="none" stroke="var(--{})" stroke-width="1.9" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>{}</span>',
        OUTLINE, drawing["paint"], drawing["glyph"], drawing["ink"],
        "" if label else format_html('<span class="visually-hidden">{}</span>', name),
    )  # fmt: skip
    return (
        format_html('<span class="level-with-label">{}<span>{}</span></span>', badge, name)
        if label
        else badge
    )


@register.simple_tag
def map_marks(view: str) -> list[int]:
    """The marks of a view, in the order of its legend."""
    return list(NAMES[view])
