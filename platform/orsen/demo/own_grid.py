"""The grid that one invented landlord keeps: five levels and a question of its own, mapped to the common scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from orsen.demo.people import Landlord
from tenants.campaigns.grids import read_grid
from tenants.campaigns.models import Grid
from tenants.owngrids.definition import faults, from_common
from tenants.owngrids.models import OwnGrid

KEEPER: Final = 1  # the landlord, by its place among those of the demonstration
LEVELS: Final = (
    ("Vert", "Rien à signaler : le site vit normalement.", 1),
    ("Jaune", "Des gênes reviennent, l’équipe les règle seule.", 2),
    ("Orange clair", "Des incivilités s’installent, sans effet durable.", 2),
    ("Orange", "Des faits graves, des équipements ou un service touchés.", 3),
    ("Rouge", "Le service n’est plus rendu partout, ni à toute heure.", 4),
)
PRESENCE: Final = (
    ("Oui, chaque jour", "L’équipe passe dans chaque hall."),
    ("Oui, mais moins qu’avant", "Une tournée sur deux est écourtée."),
    ("Non, plus partout", "Un hall est évité."),
)


def keep_own_grid(grid: Grid, landlord: Landlord) -> OwnGrid:
    """Write it, published. Runs in the landlord's scope."""
    definition = from_common(read_grid(grid)) | {
        "title": "Baromètre de la Coopérative",
        "levels": [
            {"label": label, "text": text, "common": common, "from": 3 * place}
            for place, (label, text, common) in enumerate(LEVELS)
        ],
    }
    definition["criteria"].append({
        "code": "q5", "label": "Présence de l’équipe", "question": "L’équipe est-elle vue sur le site ?",
        "help": "Pensez aux trois derniers mois.", "equivalent": "", "weight": 1,
        "options": [{"label": label, "example": example, "degree": 1, "least": 1} for label, example in PRESENCE],
    })  # fmt: skip
    missing = faults(definition)
    if missing:
        raise AssertionError(missing)
    kept: OwnGrid = OwnGrid.objects.create(
        code="cooperative", definition=definition, published_at=timezone.now(),
        created_by_id=landlord.admin.user_id,
    )  # fmt: skip
    return kept


def said_on(
    own: OwnGrid, criteria: Mapping[str, int], suggested: int, level: int
) -> dict[str, Any]:
    """What a rater of the common degrees and levels would have said on it."""
    places = [common for _label, _text, common in LEVELS]
    presence = min(level, len(PRESENCE))
    answers = {
        each["code"]: criteria[each["equivalent"]] if each["equivalent"] else presence
        for each in own.definition["criteria"]
    }
    return {
        "answers": answers, "level": places.index(level) + 1, "suggested": places.index(suggested) + 1,
    }  # fmt: skip
