"""The guide as a PDF, set by Typst: tagged (PDF/UA-1), with the fonts of the reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orsen.guide.content import GUIDE
from sharing.reports.typesetting import FONTS, REPLACED, TypesettingError

HERE: Final = Path(__file__).parent
LAYOUT: Final = HERE / "layout" / "guide.typ"


def typeset() -> bytes:
    """The whole guide in the reader's language. Raises TypesettingError."""
    data = json.dumps(document(), ensure_ascii=False).translate(REPLACED)
    try:
        return bytes(
            typst.compile(
                str(LAYOUT), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf",
                pdf_standards=["ua-1"], sys_inputs={"data": data},
            )
        )  # fmt: skip
    except RuntimeError as error:  # typst.TypstError is one
        raise TypesettingError(str(error)) from error


def document() -> dict[str, Any]:
    """Everything that the layout writes."""
    return {
        "language": (get_language() or "fr")[:2],
        "title": _("Guide utilisateur"),
        "lead": _(
                   "Une tâche par métier, pas à pas. Les images viennent de la démonstration : lieux et "
                   "chiffres y sont inventés."),
        "contents": _("Sommaire"),
        "page": _("Page"),
        "tasks": [
            {
                "who": str(task.who),
                "title": str(task.title),
                "lead": str(task.lead),
                "steps": [
                    {
                        "title": str(step.title),
                        "text": str(step.text),
                        "picture": f"/pictures/{step.picture}.png" if step.picture else "",
                        "said": _("Image de la page : %(title)s") % {"title": step.title},
                    }
                    for step in task.steps
                ],
            }
            for task in GUIDE
        ],
    }  # fmt: skip
