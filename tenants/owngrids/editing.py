"""What the page of a draft sends, as a definition: every text and number in its bounds, one part added or taken out."""

from __future__ import annotations

import copy
from typing import Any

from django.http import QueryDict

from tenants.campaigns.grids.reading import CRITERIA
from tenants.owngrids.definition import (
    COMMON,
    LEVELS,
    MOST_POINTS,
    MOST_WEIGHT,
    OPTIONS,
    OWN,
    QUESTIONS,
    TEXTS,
)


def edited(definition: dict[str, Any], posted: QueryDict) -> dict[str, Any]:
    """The definition with what was sent in it; what was not sent stays. A number out of its bounds comes back to them."""
    kept = copy.deepcopy(definition)
    _texts(kept, "", posted, "title", "notice")
    if posted.get("rule") in {COMMON, OWN}:
        kept["rule"] = posted["rule"]
    for number, level in enumerate(kept["levels"]):
        name = f"l{number}-"
        _texts(level, name, posted, "label", "text")
        _number(level, name, posted, "common", 1, 4)
        _number(level, name, posted, "from", 0, MOST_POINTS)
    for number, criterion in enumerate(kept["criteria"]):
        name = f"c{number}-"
        _texts(criterion, name, posted, "label", "question", "help")
        _number(criterion, name, posted, "weight", 0, MOST_WEIGHT)
        if posted.get(f"{name}equivalent") in {"", *CRITERIA}:
            criterion["equivalent"] = posted[f"{name}equivalent"]
        for place, option in enumerate(criterion["options"]):
            inner = f"{name}o{place}-"
            _texts(option, inner, posted, "label", "example")
            _number(option, inner, posted, "degree", 1, 4)
            _number(option, inner, posted, "least", 1, LEVELS.stop - 1)
    _reshape(kept, posted.get("do", ""))
    return kept


def _texts(part: dict[str, Any], prefix: str, posted: QueryDict, *names: str) -> None:
    for name in names:
        said = posted.get(prefix + name)
        if said is not None:
            part[name] = " ".join(said.replace("\x00", "").split(" ")).strip()[: TEXTS[name]]


def _number(
    part: dict[str, Any], prefix: str, posted: QueryDict, name: str, least: int, most: int
) -> None:
    said = posted.get(prefix + name, "")
    if said.isascii() and said.isdecimal() and len(said) < 6:
        part[name] = min(max(int(said), least), most)


def _reshape(definition: dict[str, Any], asked: str) -> None:
    """`add-level`, `drop-level-2`, `add-question`, `drop-question-0`, `add-option-0`, `drop-option-0-3`; else nothing."""
    deed, _, rest = asked.partition("-")
    kind, _, places = rest.partition("-")
    numbers = [int(each) for each in places.split("-") if each.isascii() and each.isdecimal() and len(each) < 3]  # fmt: skip
    if kind == "option" and numbers and numbers[0] < len(definition["criteria"]):
        rows, bounds = definition["criteria"][numbers.pop(0)]["options"], OPTIONS
    elif kind in {"level", "question"}:
        rows = definition["levels" if kind == "level" else "criteria"]
        bounds = LEVELS if kind == "level" else QUESTIONS
    else:
        return
    if deed == "add" and len(rows) + 1 in bounds:
        rows.append(_fresh(kind, rows))
    elif deed == "drop" and numbers and numbers[0] < len(rows) and len(rows) - 1 in bounds:
        del rows[numbers[0]]


def _fresh(kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """An empty row that already stands in order after the last."""
    if kind == "level":
        last = rows[-1]
        return {"label": "", "text": "", "common": last["common"], "from": last["from"] + 1}
    if kind == "option":
        last = rows[-1]
        return {"label": "", "example": "", "degree": last["degree"], "least": last["least"]}
    used = {each["code"] for each in rows}
    code = next(f"q{number}" for number in range(1, 100) if f"q{number}" not in used)
    options = [{"label": "", "example": "", "degree": 1, "least": 1} for _ in range(2)]
    return {
        "code": code, "label": "", "question": "", "help": "", "equivalent": "", "weight": 1, "options": options,
    }  # fmt: skip
