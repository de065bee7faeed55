"""A plain document on paper: a title, facts, parts of text and tables, its receipt. Tagged PDF/UA-1, set by Typst."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharing.prints.plan import paints
from sharing.receipts.facts import Facts
from sharing.reports.typesetting import FONTS, REPLACED, TypesettingError

HERE: Final = Path(__file__).parent
LAYOUT: Final = HERE / "layout" / "document.typ"


@dataclass(frozen=True)
class Part:
    """A part of the document. A cell that is a whole number from 1 to 4 in a column of `levels` is drawn as a level."""

    title: str
    note: str = ""
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    levels: frozenset[int] = frozenset()  # columns, from 0
    numbers: frozenset[int] = frozenset()
    empty: str = ""
    reserved: bool = False  # starts a page of its own


@dataclass(frozen=True)
class Document:
    """Everything that the paper says, in the reader's words."""

    title: str
    subtitle: str
    facts: list[tuple[str, str]]
    parts: list[Part]


def typeset_document(document: Document, facts: Facts) -> bytes:
    """The PDF. Raises TypesettingError, OSError."""
    data = json.dumps(_data(document, facts), ensure_ascii=False).translate(REPLACED)
    try:
        return bytes(
            typst.compile(
                str(LAYOUT), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf",
                pdf_standards=["ua-1"], sys_inputs={"data": data},
            )
        )  # fmt: skip
    except RuntimeError as error:  # typst.TypstError is one
        raise TypesettingError(str(error)) from error


def _data(document: Document, facts: Facts) -> dict[str, Any]:
    colours = paints()
    return {
        "language": (get_language() or "fr")[:2],
        "title": document.title,
        "subtitle": document.subtitle,
        "facts": [list(pair) for pair in document.facts],
        "parts": [
            {
                "title": part.title,
                "note": part.note,
                "head": list(part.head),
                "rows": [list(row) for row in part.rows],
                "levels": sorted(part.levels),
                "numbers": sorted(part.numbers),
                "empty": part.empty,
                "reserved": part.reserved,
            }
            for part in document.parts
        ],
        "colours": {
            name: paint
            for name, paint in colours.items()
            if name.startswith("level") or name in {"ink", "ink-2", "line", "brand"}
        },
        "receipt": {
            "title": _("Reçu de cette copie"),
            "line": facts.line(),
            "number": facts.number,
            "rows": [list(pair) for pair in facts.rows()],
        },
        "page": _("Page"),
    }
