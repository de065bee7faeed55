"""What a landlord's grid holds: its form, what keeps it from being published, what the common scale does not keep.

{"title", "notice", "rule": "common" or "own",
 "levels": [{"label", "text", "common": 1..4, "from": points}],
 "criteria": [{"code", "label", "question", "help", "equivalent": a common criterion or "", "weight": 0..9,
               "options": [{"label", "example", "degree": 1..4, "least": an own level}]}]}

A level or an option is named by its place, from 1: the order is the scale. `degree` is what an option is worth on the
common criterion; `least`, `weight` and `from` serve the grid's own rule (tenants/owngrids/rule.py).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from tenants.barometers.definition import Loss
from tenants.barometers.definition import losses as profile_losses
from tenants.campaigns.grids.reading import CRITERIA, GridText
from tenants.imports.cleaning.text import fold
from tenants.owngrids.rule import levels_reached

COMMON, OWN = "common", "own"
LEVELS: Final = range(2, 9)
QUESTIONS: Final = range(1, 9)
OPTIONS: Final = range(2, 7)
MOST_WEIGHT, MOST_POINTS = 9, 999
DEGREES: Final = (1, 2, 3, 4)
TEXTS: Final = {"title": 120, "notice": 240, "label": 120, "text": 240, "question": 160, "help": 240, "example": 200}  # fmt: skip


def from_common(grid: GridText) -> dict[str, Any]:
    """The common grid as a landlord's own, to begin with: its words, its questions, its rule."""
    return {
        "title": _("Notre grille"),
        "notice": "",
        "rule": COMMON,
        "levels": [
            {"label": each.label, "text": each.text, "common": each.value, "from": 3 * place}
            for place, each in enumerate(grid.levels)
        ],
        "criteria": [
            {
                "code": f"q{number}", "label": each.label, "question": each.question, "help": each.help,
                "equivalent": each.code, "weight": 1,
                "options": [
                    {"label": one.label, "example": one.example, "degree": one.value, "least": 1}
                    for one in each.degrees
                ],
            }
            for number, each in enumerate(grid.criteria, start=1)
        ],
    }  # fmt: skip


def faults(definition: dict[str, Any]) -> list[str]:
    """What keeps the grid from being published, in words; nothing when it may be."""
    found = [*_missing_words(definition), *_twice(definition), *_disorder(definition)]
    equivalents = [each["equivalent"] for each in definition["criteria"] if each["equivalent"]]
    if len(equivalents) != len(set(equivalents)):
        found.append(_("Deux questions ont le même équivalent dans la grille commune : n’en gardez qu’un."))  # fmt: skip
    if definition["rule"] == COMMON:
        if set(equivalents) != set(CRITERIA):
            found.append(_(
                    "La règle commune demande une question pour chacun des quatre critères communs. "
                    "Donnez leurs équivalents, ou choisissez votre propre règle."
                ))  # fmt: skip
        unsaid = set(DEGREES) - {each["common"] for each in definition["levels"]}
        if unsaid:
            found.append(
                _("La règle commune peut proposer %(levels)s, qu’aucun de vos niveaux ne dit.")
                % {"levels": ", ".join(map(str, sorted(unsaid)))}
            )
    return found or _unreached(definition)


def _missing_words(definition: dict[str, Any]) -> list[str]:
    found = []
    if not definition["title"]:
        found.append(_("Donnez un titre à la grille."))
    if not all(each["label"] for each in definition["levels"]):
        found.append(_("Donnez un nom à chaque niveau."))
    for number, each in enumerate(definition["criteria"], start=1):
        if not each["label"] or not each["question"]:
            found.append(_("Question %(n)s : écrivez son nom et sa phrase.") % {"n": number})
        if not all(option["label"] for option in each["options"]):
            found.append(_("Question %(n)s : écrivez chaque réponse.") % {"n": number})
    return found


def _twice(definition: dict[str, Any]) -> list[str]:
    lists = [[each["label"] for each in definition["levels"]]]
    lists.append([each["label"] for each in definition["criteria"]])
    lists += [[one["label"] for one in each["options"]] for each in definition["criteria"]]
    return [
        _("« %(label)s » est écrit deux fois : donnez à chacun son nom.") % {"label": label}
        for labels in lists
        for place, label in enumerate(labels)
        if label and fold(label) in {fold(other) for other in labels[:place]}
    ]


def _disorder(definition: dict[str, Any]) -> list[str]:
    """A graver level or answer never counts for less."""
    found, levels = [], definition["levels"]
    if _falls([each["common"] for each in levels]):
        found.append(_(
                "Un niveau plus grave ne peut pas valoir moins sur l’échelle commune : "
                "rangez vos niveaux du plus calme au plus grave."
            ))  # fmt: skip
    for number, each in enumerate(definition["criteria"], start=1):
        degrees = [one["degree"] for one in each["options"]] if each["equivalent"] else []
        least = [one["least"] for one in each["options"]] if definition["rule"] == OWN else []
        if _falls(degrees) or _falls(least):
            found.append(_("Question %(n)s : rangez les réponses de la plus calme à la plus grave.") % {"n": number})  # fmt: skip
        if least and max(least) > len(levels):
            found.append(_("Question %(n)s : une réponse impose un niveau qui n’existe plus.") % {"n": number})  # fmt: skip
    points = [each["from"] for each in levels]
    if definition["rule"] == OWN and (points[0] or len(set(points)) < len(points) or _falls(points)):  # fmt: skip
        found.append(_("Les points de vos niveaux partent de 0 et montent de l’un à l’autre."))
    return found


def _falls(values: list[int]) -> bool:
    return any(after < before for before, after in pairwise(values))


def _unreached(definition: dict[str, Any]) -> list[str]:
    if definition["rule"] == COMMON:
        return []
    reached = levels_reached(definition)
    return [
        _("Aucune réponse ne mène au niveau « %(label)s » : revoyez ses points.") % {"label": each["label"]}
        for place, each in enumerate(definition["levels"], start=1)
        if place not in reached
    ]  # fmt: skip


def losses(definition: dict[str, Any]) -> list[Loss]:
    """What partners will not read: levels and answers that fold together, questions without an equivalent."""
    return profile_losses(
        {
            "level": {"marks": {each["label"]: each["common"] for each in definition["levels"]}},
            "criteria": [
                each | {"marks": {one["label"]: one["degree"] for one in each["options"]}}
                for each in definition["criteria"]
            ],
        },
        written_out=False,
    )
