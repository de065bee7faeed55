"""The A-TFPB sheet as XLSX, and as a PDF set by Typst: tagged (PDF/UA-1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharing.atfpb.gathering import Action, Sheet
from sharing.extracts.writing.sheets import add_sheet, book
from sharing.receipts.facts import Facts
from sharing.reports.numbers import number
from sharing.reports.palette import paper
from sharing.reports.typesetting import FONTS, REPLACED, TypesettingError

HERE: Final = Path(__file__).parent
LAYOUT: Final = HERE / "layout" / "sheet.typ"


def rule() -> str:
    """How the sheet counts, in words."""
    return _(
        "Actions dont un axe est renseigné et qui débutent dans l’année, abandons exclus. Le coût d’une action sur "
        "plusieurs sites est réparti au nombre de logements. Les totaux ne comptent que les sites en QPV. Huit axes du "
        "cadre national de l’abattement ; la mise en page est propre à ce projet."
    )


def write_workbook(sheet: Sheet, facts: Facts) -> bytes:
    """XLSX: totals by axis, by QPV and axis, every action, the receipt."""
    count, euros, without = sheet.total
    axis, cost, actions, missing = _("Axe"), _("Coût (€)"), _("Actions"), _("Sans coût renseigné")
    with book() as (made, body):
        add_sheet(
            made,
            _("Par axe"),
            [_("N°"), axis, actions, cost, missing],
            [*sheet.axes, ("", _("Total"), count, euros, without)],
        )
        add_sheet(
            made,
            _("Par QPV"),
            [_("Code du QPV"), _("QPV"), cost],
            [(code, name, total) for code, name, _actions, total in sheet.neighbourhoods],
        )
        head = [
            _("Code du QPV"), _("QPV"), _("Code du site"), _("Site"), _("N°"), axis, _("Action"), _("Levier"), _("État"),
            _("Début"), _("Fin"), cost,
        ]  # fmt: skip
        add_sheet(made, _("Actions en QPV"), head, [_row(each) for each in sheet.actions])
        if sheet.elsewhere:
            add_sheet(made, _("Hors QPV"), head, [_row(each) for each in sheet.elsewhere])
        add_sheet(made, _("Reçu"), (_("Fait"), _("Valeur")), [*facts.rows(), (_("Règle"), rule())])
    return body.getvalue()


def _row(action: Action) -> list[Any]:
    done = action.intervention
    return [
        action.qpv_code, action.qpv_name, action.site.code, action.site.name, action.axis, str(done.get_axis_display()),
        done.title, done.lever.label, str(done.get_status_display()), done.starts_on, done.ends_on, action.euros,
    ]  # fmt: skip


def typeset(sheet: Sheet, landlord: str, facts: Facts) -> bytes:
    """The PDF. Raises TypesettingError, OSError."""
    data = json.dumps(document(sheet, landlord, facts), ensure_ascii=False).translate(REPLACED)
    try:
        return bytes(
            typst.compile(
                str(LAYOUT), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf",
                pdf_standards=["ua-1"], sys_inputs={"data": data},
            )
        )  # fmt: skip
    except RuntimeError as error:  # typst.TypstError is one
        raise TypesettingError(str(error)) from error


def document(sheet: Sheet, landlord: str, facts: Facts) -> dict[str, Any]:
    """Everything that the pages say, in the reader's words."""
    count, euros, without = sheet.total
    return {
        "language": (get_language() or "fr")[:2],
        "title": _("Fiche A-TFPB %(year)s") % {"year": sheet.year},
        "landlord": landlord,
        "axes": {
            "title": _("Totaux par axe"),
            "head": [_("Axe"), _("Actions"), _("Coût"), _("Sans coût renseigné")],
            "rows": [
                [f"{axis}. {label}", number(actions), money(cost), number(missing)]
                for axis, label, actions, cost, missing in sheet.axes
            ],
            "total": [_("Total"), number(count), money(euros), number(without)],
        },
        "head": [_("Site"), _("Axe"), _("Action"), _("Dates"), _("État"), _("Coût")],
        "parts": [
            {
                "title": f"{name} ({code})" if name != code else code,
                "total": money(total),
                "rows": [_line(each) for each in actions],
            }
            for code, name, actions, total in sheet.neighbourhoods
        ]
        + (
            [
                {
                    "title": _("Hors QPV, pour mémoire"),
                    "total": "",
                    "rows": [_line(each) for each in sheet.elsewhere],
                }
            ]
            if sheet.elsewhere
            else []
        ),
        "none": _("Aucune action en QPV cette année."),
        "rule": rule(),
        "colours": paper().paints,
        "receipt": facts.line(),
        "verification": facts.verification,
    }  # fmt: skip


def _line(action: Action) -> list[str]:
    done = action.intervention
    return [
        action.site.name,
        str(action.axis),
        done.title,
        " – ".join(date_format(day, "d/m/Y") for day in (done.starts_on, done.ends_on) if day),
        str(done.get_status_display()),
        money(action.euros),
    ]


def money(euros: int | None) -> str:
    """Whole euros in the reader's form; a dash where no cost was given."""
    return "–" if euros is None else _("%(euros)s €") % {"euros": number(euros)}
