"""The report on two pages for a meeting: the sentence, the map, the neighbourhoods that come first, the method."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from sharing.receipts.facts import Facts
from sharing.reports import wording
from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.numbers import number
from sharing.reports.typesetting import HERE, compiled, document, row_of

LAYOUT: Final = HERE / "layout" / "summary.typ"
# What two pages hold.
MOST_NEIGHBOURHOODS: Final = 10
MOST_AREAS: Final = 5
LONGEST_NAME: Final = 44
LONGEST_NOTE: Final = 64


def write_summary(content: ReportContent, reader: str, facts: Facts) -> bytes:
    """The PDF. Raises TypesettingError, OSError."""
    return compiled(LAYOUT, summary(content, reader, facts))


def summary(content: ReportContent, reader: str, facts: Facts) -> dict[str, Any]:
    """Everything that the layout writes: rows of the report's own tables, the first of them."""
    whole = document(content, reader, facts)
    shown, areas = content.published[:MOST_NEIGHBOURHOODS], content.areas[:MOST_AREAS]
    left = [
        (len(content.published) - len(shown), _("autres quartiers publiés (%(count)s)")),
        (len(content.areas) - len(areas), _("autres communes ou départements (%(count)s)")),
        (len(content.withheld), _("quartiers masqués (%(count)s)")),
    ]
    told = [text % {"count": number(count)} for count, text in left if count > 0]
    method = dict(enumerate(wording.method(content.report.release)))
    return {
        **whole,
        "subtitle": _("Synthèse pour une réunion"),
        "table": whole["table"] | {
            "title": _("Les quartiers où la part en niveau 3 ou 4 est la plus élevée"),
            "rows": [_short(line) for line in shown],
        },
        "areas": whole["areas"] | {"rows": [_short(line) for line in areas]},
        "left": _("Dans le rapport entier : %(what)s.") % {"what": ", ".join(told)} if told else "",
        "method": {
            "title": whole["method"]["title"],
            "parts": [{"title": title, "text": text} for title, text in (method[1], method[3])],
            "comparison": whole["method"]["comparison"],
        },
        "line": facts.line(),
    }  # fmt: skip


def _short(line: NeighbourhoodLine) -> dict[str, Any]:
    """The row of the report, with its remark on one line."""
    together = (
        _("Chiffres réunis avec %(count)s autres quartiers") % {"count": number(len(line.together))}
        if len(line.together) > 1
        else wording.together_text(line)
    )
    name = line.name if len(line.name) <= LONGEST_NAME else line.name[: LONGEST_NAME - 1] + "…"
    if len(together) > LONGEST_NOTE:
        together = together[: LONGEST_NOTE - 1] + "…"
    return row_of(replace(line, name=name)) | {"note": together}
