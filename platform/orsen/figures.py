"""Numbers as the reader writes them. Also template filters of the same names (orsen_ui)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext


def initials(name: Any) -> str:
    """Up to two capitals that stand for a name in a small disc."""
    words = [
        word
        for word in str(name or "").replace("@", " ").replace(".", " ").split()
        if word[0].isalnum()
    ]
    return "".join(word[0] for word in words[:2]).upper() or "·"


def number(value: Any, decimals: int = 0) -> str:
    """A number in the reader's form (12 345,6 in French); « – » where there is none."""
    if value is None or value == "":
        return "–"
    # `number_format` cuts the decimals off: 73,96 % would be 73 %.
    rounded = round(float(value), decimals) if isinstance(value, float | Decimal) else value
    return str(number_format(rounded, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def percent(share: Any, decimals: int = 0) -> str:
    """A share between 0 and 1 as a percentage (12,3 % in French); « – » where there is none."""
    if share is None or share == "":
        return "–"
    return gettext("%(number)s %%") % {"number": number(float(share) * 100, decimals)}


def hectare(square_metres: Any) -> str:
    """An area given in square metres, in hectares; « – » where there is none."""
    if square_metres is None or square_metres == "":
        return "–"
    area = float(square_metres) / 10_000
    return gettext("%(number)s ha") % {"number": number(area, 0 if area >= 100 else 1)}


def metres(distance: Any) -> str:
    """A distance given in metres: « 350 m », « 1,2 km »; « – » where there is none."""
    if distance is None or distance == "":
        return "–"
    length = float(distance)
    if length < 1000:
        return gettext("%(number)s m") % {"number": number(round(length))}
    return gettext("%(number)s km") % {"number": number(length / 1000, 1)}


def dwellings(count: Any) -> str:
    """« 1 logement », « 1 250 logements »; « – » where there is none."""
    if count is None or count == "":
        return "–"
    return ngettext("%(number)s logement", "%(number)s logements", int(count)) % {
        "number": number(count)
    }
