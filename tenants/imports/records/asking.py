"""The words of a source on the page of the dry run: what each stands for, and what the landlord answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from tenants.imports.kinds import kind_of
from tenants.imports.models import FileImport
from tenants.imports.records.words import PROPOSED, REMEMBERED, UNKNOWN

SET_ASIDE: Final = "-"


def words_of(file_import: FileImport) -> list[dict[str, Any]]:
    """The words that the dry run met, each with the name of its choice in the form and what may be chosen."""
    vocabularies = {each.field: each for each in kind_of(file_import.kind).vocabularies}
    states = {UNKNOWN: _("à dire"), PROPOSED: _("proposé"), REMEMBERED: _("retenu")}
    return [
        each
        | {
            "name": f"mot-{number}",
            "label": vocabularies[each["field"]].label,
            "choices": vocabularies[each["field"]].choices(),
            "chosen": SET_ASIDE if each["code"] == "" else each["code"] or "",
            "state": states[each["origin"]],
        }
        for number, each in enumerate(file_import.report.get("words", []))
        if each["field"] in vocabularies
    ]


def said_of(file_import: FileImport, posted: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What the landlord answered, as (field, word, code; "" for a word set aside); only answers that were offered."""
    said = []
    for each in words_of(file_import):
        answer = str(posted.get(each["name"], ""))
        if answer == SET_ASIDE:
            said.append((each["field"], each["word"], ""))
        elif answer in {code for code, _label in each["choices"]}:
            said.append((each["field"], each["word"], answer))
    return said
