"""Answers to the situations of the calibration: everybody near the same reading, each landlord with a leaning of its own."""

from __future__ import annotations

from typing import Final

import numpy as np

from orsen.demo.chance import generator
from orsen.demo.people import FULLY_STAFFED, People
from tenants.access import landlord_scope
from tenants.calibration.models import VignetteAnswer
from tenants.calibration.services import open_set
from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.suggestion import suggest_level

# What most people would answer: nature and gravity, frequency, equipment, service; a line a situation.
USUAL: Final = (
    (1, 1, 1, 1), (2, 3, 1, 2), (2, 3, 2, 2), (3, 1, 2, 1), (3, 4, 3, 3),
    (3, 3, 1, 1), (2, 2, 4, 3), (4, 4, 4, 4), (2, 2, 2, 1), (3, 3, 2, 2),
)  # fmt: skip


def write_answers(seed: int, people: People) -> int:
    """Let everybody who rates answer, but one person of the first landlords. Returns the number of answers."""
    count = 0
    for index, landlord in enumerate(people.landlords):
        random = generator(seed, f"calibration-{index}")
        leaning = random.normal(0, 0.25)
        with landlord_scope(landlord.admin):
            vignettes = open_set()
            if vignettes is None:
                return count
            members = [
                each
                for role in ("landlord_admin", "security_direction", "agency_director", "sector_head", "caretaker")
                for each in landlord.members.get(role, [])
            ]  # fmt: skip
            if index < FULLY_STAFFED:
                members.pop()  # somebody still has everything to answer
            rows = []
            for member in members:
                for vignette, usual in zip(vignettes.vignettes.all(), USUAL, strict=False):
                    drawn = np.array(usual) + leaning + random.normal(0, 0.35, len(CRITERIA))
                    degrees = np.clip(np.rint(drawn), 1, 4).astype(int).tolist()
                    criteria = dict(zip(CRITERIA, degrees, strict=True))
                    suggested = suggest_level(criteria)
                    own = int(np.clip(round(suggested + leaning + random.normal(0, 0.3)), 1, 4))
                    rows.append(
                        VignetteAnswer(
                            landlord=landlord.organisation, vignette=vignette, rater_id=member.user_id,
                            criteria=criteria, suggested_level=suggested, level=own,
                        )
                    )  # fmt: skip
            count += len(VignetteAnswer.objects.bulk_create(rows))
    return count
