"""The report as JSON; its shape is `report.schema.json`, which the product gives beside it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from django.urls import reverse

from sharing.receipts.facts import Facts
from sharing.reports import wording
from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.files.rows import own_values, territory_columns, territory_values, told_lines

SCHEMA: Final = Path(__file__).parent / "report.schema.json"
VERSION: Final = 1


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the document."""
    read: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return read


def write_document(content: ReportContent, _reader: str, facts: Facts) -> bytes:
    """The document, UTF-8."""
    report, release = content.report, content.report.release
    previous = release.previous_round
    names = [each.name for each in territory_columns()]
    body = {
        "$schema": reverse("report-schema"),
        "version": VERSION,
        "report": {
            "title": report.title, "convention": report.convention.name, "round": release.round.name,
            "reference_date": release.round.reference_date,
            "previous_round": None if previous is None else previous.name,
            "geography": release.geography, "vintage": release.vintage, "coverage": release.coverage,
        },
        "territories": [_territory(line, names) for line in told_lines(content)],
        "own": [own_values(line) for line in content.own_lines] if content.has_own_figures else None,
        "method": [{"title": title, "text": text} for title, text in wording.method(release)],
        "receipt": [{"fact": fact, "value": value} for fact, value in facts.rows()],
    }  # fmt: skip
    return orjson.dumps(body, option=orjson.OPT_INDENT_2)


def _territory(line: NeighbourhoodLine, names: list[str]) -> dict[str, Any]:
    values = territory_values(line)
    return {name: values.get(name) for name in names} | {"together": list(line.together)}
