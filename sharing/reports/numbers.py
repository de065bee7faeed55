"""Numbers in the reader's form. Every share of a report is rounded here, so that table, chart and map agree."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def number(value: int) -> str:
    """A whole number in the reader's form."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


def percent(share: float) -> str:
    """A share 0..1 as a whole percentage, in the reader's form."""
    return _("%(number)s %%") % {"number": number(round(share * 100))}
