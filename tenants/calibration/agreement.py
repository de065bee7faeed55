"""How alike people rate: Cohen's kappa with quadratic weights (scikit-learn), from counts of answers alone.

Two figures, each from a table « situation → degree → number of people »:

- **among themselves**: every ordered pair of two people who answered the same situation. Both margins are then the same,
  so that this is Fleiss' form for several raters (with equal weights it equals Fleiss' kappa; a test holds it).
- **with the others**: each person's answer against the reference, one degree a situation.

Quadratic weights count a gap of two degrees four times a gap of one: the scale is ordinal. Words for values: Landis and
Koch (Biometrics 33, 1977), their usual limits; a convention, not a proof.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Tally = Mapping[int, int]  # degree 1–4 → people
DEGREES: Final = (1, 2, 3, 4)
ENOUGH_VIGNETTES: Final = 6
ENOUGH_RATERS: Final = 3  # on a landlord's own page; the coordination's minimum is PostgreSQL's

WORDS: Final[list[tuple[float, str | Promise, str]]] = [
    (0.8, _("très proche"), "ok"),
    (0.6, _("proche"), "ok"),
    (0.4, _("moyenne"), "info"),
    (0.2, _("faible"), "warn"),
    (-1.01, _("très faible"), "warn"),
]


@dataclass(frozen=True)
class Agreement:
    """A kappa, −1 to 1, or None where it says nothing: too few people or situations, or answers all alike."""

    value: float | None
    alike: bool = False  # everybody gave the same degree everywhere: agreement without a kappa

    @property
    def word(self) -> str:
        """The value in words; empty without a value."""
        return str(self._line()[1]) if self.value is not None else ""

    @property
    def kind(self) -> str:
        """The kind of tag that shows it."""
        return self._line()[2] if self.value is not None else "neutral"

    def _line(self) -> tuple[float, str | Promise, str]:
        value = self.value if self.value is not None else -1.0
        return next(line for line in WORDS if value >= line[0])


def among(tallies: Mapping[int, Tally]) -> Agreement:
    """Agreement of people with one another; `tallies` by situation."""
    pairs = [
        (one, other, people * (tally[other] - (one == other)))
        for tally in tallies.values()
        for one, people in tally.items()
        for other in tally
    ]
    return _kappa(len(tallies), pairs)


def against(tallies: Mapping[int, Tally], reference: Mapping[int, int]) -> Agreement:
    """Agreement of people with a reference; a situation without one is left out."""
    known = {key: tally for key, tally in tallies.items() if key in reference}
    pairs = [
        (degree, reference[key], people)
        for key, tally in known.items()
        for degree, people in tally.items()
    ]
    return _kappa(len(known), pairs)


def median(tally: Tally) -> int:
    """The lower median of the answers: the least degree that half of the people do not exceed. The tally is not empty."""
    half, seen = sum(tally.values()) / 2, 0
    for degree in sorted(tally):
        seen += tally[degree]
        if seen >= half:
            return degree
    raise ValueError("an empty tally has no median")


def _kappa(vignettes: int, pairs: Iterable[tuple[int, int, int]]) -> Agreement:
    kept = [pair for pair in pairs if pair[2] > 0]
    if vignettes < ENOUGH_VIGNETTES or not kept:
        return Agreement(None)
    if len({degree for one, other, _count in kept for degree in (one, other)}) == 1:
        return Agreement(None, alike=True)
    return Agreement(weighted_kappa(kept, "quadratic"))


def weighted_kappa(pairs: list[tuple[int, int, int]], weights: str | None) -> float | None:
    """Kappa of pairs (one degree, the other, how many such pairs); None where it is undefined."""
    # Half a second to import: paid by who asks for the figures, not by every process.
    from sklearn.metrics import cohen_kappa_score

    one, other, counts = zip(*pairs, strict=True)
    value = float(
        cohen_kappa_score(one, other, labels=DEGREES, weights=weights, sample_weight=counts)
    )
    return None if math.isnan(value) else value
