"""What a comment must not hold: a person's name, number, flat, plate, address, health, offences, origin.

The rules (`rules.json`, this project's own) are read here and by the telephone's page, so that both say the same; here
they decide. They ask to rephrase: a comment describes facts and places. They know common forms, not every one: the
warning beside the field and the purge after `ORSEN_COMMENT_DAYS` stand behind them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

RULES = Path(__file__).with_name("rules.json")
WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ-]+")


@dataclass(frozen=True)
class Finding:
    """What stands in the way: which rule, and the words that it met."""

    code: str
    words: str


@dataclass(frozen=True)
class _Rules:
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    first_names: frozenset[str]
    places: frozenset[str]


@cache
def _rules() -> _Rules:
    read: dict[str, Any] = json.loads(RULES.read_text(encoding="utf-8"))
    return _Rules(
        tuple(
            (rule["code"], re.compile(rule["pattern"], re.IGNORECASE if rule["any_case"] else 0))
            for rule in read["rules"]
        ),
        frozenset(read["first_names"]),
        frozenset(read["places"]),
    )


def find(text: str) -> list[Finding]:
    """What a text holds that it must not, in the order of the rules; empty for a text that can be kept."""
    found = [
        Finding(code, met.group().strip(" ,.;:()«»\n\t"))
        for code, pattern in _rules().patterns
        if (met := pattern.search(text))
    ]
    return found + list(_first_names(text))


def _first_names(text: str) -> Iterator[Finding]:
    rules = _rules()
    before = ""
    for word in WORD.findall(text):
        # « rue Jean-Moulin », « résidence Pierre » are places: a name of the street, not of somebody.
        if before not in rules.places and any(
            part in rules.first_names for part in (word, word.split("-")[0])
        ):
            yield Finding("person", word)
            return
        before = word.lower()


def explain(finding: Finding) -> str:
    """What is wrong and how to say it instead, for the person who wrote it."""
    advice = {
        "email": _("Retirez l’adresse électronique."),
        "phone": _("Retirez le numéro de téléphone."),
        "plate": _("Retirez la plaque : écrivez « un véhicule »."),
        "flat": _("Retirez le numéro de logement : écrivez « un logement du hall B »."),
        "person": _("Ne nommez personne : écrivez « une personne », « un groupe »."),
        "health": _("Ne parlez pas de la santé d’une personne : décrivez les faits."),
        "offence": _(
            "Ne parlez pas d’infractions d’une personne : décrivez ce qui est constaté sur le site."
        ),
        "origin": _("Ne parlez pas de l’origine ou des convictions : décrivez les faits."),
    }[finding.code]
    return _("« %(words)s » : %(advice)s") % {"words": finding.words, "advice": advice}


def check(texts: Iterable[str]) -> list[str]:
    """The sentences for every finding of some texts; empty when all can be kept."""
    return list(dict.fromkeys(explain(each) for text in texts for each in find(text)))
