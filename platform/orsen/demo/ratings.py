"""What people answered: criteria that the grid turns into a level, ticks, reasons and comments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.suggestion import suggest_level

DIFFERS: Final = 0.04  # share of ratings whose level is not the suggested one
REASONS: Final = [
    "La situation s’est calmée depuis deux mois.",
    "Les faits se concentrent sur une seule entrée.",
    "Le ressenti de l’équipe est plus grave que les constats.",
    "Les travaux du contrôle d’accès viennent de s’achever.",
]
SHARED_COMMENTS: Final = {
    2: ["Regroupements occasionnels en soirée dans le hall principal.", "Encombrants déposés chaque fin de semaine."],
    3: ["Occupation régulière des halls en fin de journée.", "Porte d’entrée forcée plusieurs fois ce trimestre.",
        "Éclairage des parkings souvent hors service."],
    4: ["Présence quotidienne dans les parties communes, équipements neutralisés.",
        "Interventions des prestataires reportées ou faites à deux.", "Accès aux sous-sols condamné à la demande du bailleur."],
}  # fmt: skip
TICKS: Final = {
    1: ["dumping", "wrecks"],
    2: ["hall_gathering", "dumping", "repeated_damage", "wrecks", "rodeos"],
    3: ["hall_gathering", "parking_occupied", "dealing", "repeated_damage", "door_broken", "lights_out"],
    4: ["hall_gathering", "parking_occupied", "dealing", "lookouts", "threats_staff", "door_broken", "lift_down",
        "withdrawal"],
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One rating."""

    criteria: dict[str, int]
    ticks: list[str]
    suggested: int
    level: int
    reason_to_differ: str
    shared_comment: str


def answers_by_level() -> dict[int, tuple[list[tuple[int, ...]], np.ndarray]]:
    """For each suggested level the answers that give it, and how likely each is: those near the level most."""
    found: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for answer in product(range(1, 5), repeat=len(CRITERIA)):
        found[suggest_level(dict(zip(CRITERIA, answer, strict=True)))].append(answer)
    weighed = {}
    for level, answers in found.items():
        weights = np.array(
            [2.5 ** -sum(abs(value - level) for value in answer) for answer in answers]
        )
        weighed[level] = (answers, weights / weights.sum())
    return weighed


BY_LEVEL: Final = answers_by_level()


def answer(random: np.random.Generator, level: int) -> Answer:
    """A rating that ends at that level, by the grid's suggestion or, now and then, against it with a reason."""
    suggested, reason = level, ""
    if random.random() < DIFFERS:
        suggested = level + 1 if level == 1 or (level < 4 and random.random() < 0.5) else level - 1
        reason = REASONS[int(random.integers(len(REASONS)))]
    answers, weights = BY_LEVEL[suggested]
    chosen = answers[int(random.choice(len(answers), p=weights))]
    known = TICKS[level]
    ticks = sorted(
        random.permutation(known).tolist()[: int(random.integers(0, min(level, len(known)) + 1))]
    )
    comments = SHARED_COMMENTS.get(level, [])
    comment = (
        comments[int(random.integers(len(comments)))] if comments and random.random() < 0.5 else ""
    )
    return Answer(
        dict(zip(CRITERIA, chosen, strict=True)), ticks, suggested, level, reason, comment
    )
