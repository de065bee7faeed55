"""Cells that look like a person: refused, whatever their column is called."""

from __future__ import annotations

from typing import Final

from tenants.campaigns.comments import find
from tenants.imports.layouts.sensitive import is_sensitive
from tenants.imports.tables.reading import TableHead

PERSONAL: Final = frozenset(["email", "phone", "plate", "flat", "person"])
# An identifier of the source may look like a telephone number or a plate: it is only digits and letters.
IN_AN_IDENTIFIER: Final = frozenset(["email", "person"])
SHARE: Final = 0.3  # of a column's filled sample that is enough to leave the whole column out
LEAST: Final = 2


def looks_like_a_person(text: str, rules: frozenset[str] = PERSONAL) -> bool:
    """Whether the text names, numbers or locates somebody."""
    return any(finding.code in rules for finding in find(text))


def hidden_columns(head: TableHead) -> frozenset[str]:
    """The columns that never come in: by their names, or because too many of their values look like persons."""
    hidden = {name for name in head.columns if is_sensitive(name)}
    for index, name in enumerate(head.columns):
        values = [row[index].strip() for row in head.sample if index < len(row)]
        filled = [value for value in values if value]
        met = sum(looks_like_a_person(value) for value in filled)
        if met >= LEAST and met >= SHARE * len(filled):
            hidden.add(name)
    return frozenset(hidden)
