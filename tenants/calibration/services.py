"""Answer situations, and read how alike a landlord's people answer. Every function expects the landlord's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.calibration.agreement import ENOUGH_RATERS, Agreement, against, among
from tenants.calibration.models import Vignette, VignetteAnswer, VignetteSet
from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.suggestion import suggest_level

MEASURES = (*CRITERIA, "level")
Tallies = dict[int, Counter[int]]  # situation → degree → people


class CalibrationError(ValueError):
    """An answer or a step that cannot be taken now; the text tells the reader why."""


@dataclass(frozen=True)
class MeasureLine:
    """One criterion (or the level): agreement among the landlord's people, and with the other landlords."""

    code: str
    among: Agreement
    against: Agreement | None  # None: too few other landlords to compare with


def open_set() -> VignetteSet | None:
    """The version that takes answers."""
    return VignetteSet.objects.filter(state=VignetteSet.State.OPEN).first()


def own_answers(principal: Principal, vignettes: VignetteSet) -> QuerySet[VignetteAnswer]:
    """What the member answered herself. Raises PermissionError for somebody who does not rate."""
    if not principal.may("assessments.write"):
        raise PermissionError("assessments.write")
    found: QuerySet[VignetteAnswer] = VignetteAnswer.objects.filter(
        vignette__vignette_set=vignettes, rater_id=principal.user_id
    ).select_related("vignette")
    return found.order_by("vignette__number")


def give(
    principal: Principal, vignette: Vignette, criteria: Mapping[str, int], level: int
) -> VignetteAnswer:
    """Keep an answer, once. Raises CalibrationError when the version is closed or she has answered already."""
    if not principal.may("assessments.write"):
        raise PermissionError("assessments.write")
    if vignette.vignette_set.state != VignetteSet.State.OPEN:
        raise CalibrationError(
            _("Cette série de situations est close : elle ne prend plus de réponse.")
        )
    try:
        with transaction.atomic():
            answer: VignetteAnswer = VignetteAnswer.objects.create(
                vignette=vignette,
                rater_id=principal.user_id,
                criteria=dict(criteria),
                suggested_level=suggest_level(criteria),
                level=level,
            )
    except IntegrityError as error:
        if "vignette_answered_once" not in str(error):
            raise
        raise CalibrationError(
            _("Vous avez déjà répondu à cette situation : la première réponse compte.")
        ) from error
    return answer


def complete_raters(vignettes: VignetteSet) -> list[int]:
    """The users who answered every situation: only they count, so that each figure stands on the same people."""
    total = vignettes.vignettes.count()
    rows = (
        VignetteAnswer.objects.filter(vignette__vignette_set=vignettes)
        .order_by()
        .values("rater_id")
        .annotate(n=Count("pk"))
        .filter(n=total)
    )
    return [row["rater_id"] for row in rows] if total else []


def own_tallies(vignettes: VignetteSet, raters: list[int]) -> dict[str, Tallies]:
    """By measure, the counts of the landlord's own complete raters."""
    found: dict[str, Tallies] = {code: {} for code in MEASURES}
    rows = VignetteAnswer.objects.filter(vignette__vignette_set=vignettes, rater_id__in=raters)
    for vignette_id, criteria, level in rows.values_list("vignette_id", "criteria", "level"):
        for code, degree in {**criteria, "level": level}.items():
            found[code].setdefault(vignette_id, Counter())[degree] += 1
    return found


def reference(vignettes: VignetteSet) -> dict[str, dict[int, int]]:
    """By measure, the other landlords' median degree of each situation, one voice a landlord.

    Empty while fewer than three groups of landlords have enough people: PostgreSQL withholds it.
    """
    found: dict[str, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared.calibration_reference(%s)", [vignettes.pk])
        for vignette_id, measure, degree in cursor.fetchall():
            found.setdefault(measure, {})[vignette_id] = degree
    return found


def own_lines(principal: Principal, vignettes: VignetteSet) -> tuple[int, list[MeasureLine]]:
    """How many people answered everything, and a line a measure; no line below the minimum of people."""
    if not principal.may("campaigns.read"):
        raise PermissionError("campaigns.read")
    raters = complete_raters(vignettes)
    if len(raters) < ENOUGH_RATERS:
        return len(raters), []
    others, tallies = reference(vignettes), own_tallies(vignettes, raters)
    return len(raters), [
        MeasureLine(
            code,
            among(tallies[code]),
            against(tallies[code], others[code]) if code in others else None,
        )
        for code in MEASURES
    ]
