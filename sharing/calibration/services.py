"""What the coordination reads of the calibration: figures by landlord, through counting functions. Never a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.access import conventions
from sharing.conventions.models import Party
from sharing.rounds.models import CampaignRound
from tenants.calibration.agreement import Agreement, against, among, median
from tenants.calibration.models import Vignette, VignetteSet
from tenants.calibration.services import MEASURES, CalibrationError, Tallies

ENOUGH_OTHERS = 2  # landlords that a landlord is compared with


@dataclass(frozen=True)
class LandlordLine:
    """One landlord: its people's agreement with the other landlords, by measure; none below the minimum of people."""

    organisation: Organisation
    cells: list[Agreement | None]  # in the order of MEASURES; None: too few others to compare with
    inside: Agreement | None  # on the level, among its own people

    @property
    def is_shown(self) -> bool:
        """Whether enough of its people answered everything."""
        return self.inside is not None


@dataclass(frozen=True)
class Drift:
    """In a round, shares (0 to 1) of a landlord's sites whose level differs from the grid's; None below 30 sites."""

    organisation: Organisation
    sites: int
    given_above: float
    given_below: float
    kept_above: float
    kept_below: float


def minimum() -> int:
    """How many people of a landlord must have answered everything before the coordination reads a figure of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shared.calibration_minimum()")
        return int(cursor.fetchone()[0])


def landlord_lines(principal: Principal, vignettes: VignetteSet) -> list[LandlordLine]:
    """A line a landlord of the conventions held, by name; its figures only where PostgreSQL gave counts of it."""
    _require(principal)
    counts: dict[int, dict[str, Tallies]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared.calibration_counts(%s)", [vignettes.pk])
        for landlord, vignette, measure, degree, people in cursor.fetchall():
            by_measure = counts.setdefault(landlord, {code: {} for code in MEASURES})
            by_measure[measure].setdefault(vignette, Counter())[degree] += people
    return [
        LandlordLine(
            each,
            [_with_others(counts, each.pk, code) for code in MEASURES],
            among(counts[each.pk]["level"]) if each.pk in counts else None,
        )
        for each in _landlords(principal)
    ]


def _landlords(principal: Principal) -> list[Organisation]:
    held = conventions(principal).values("pk")
    parties = Party.objects.filter(convention_id__in=held, organisation__kind="landlord")
    return list(
        Organisation.objects.filter(pk__in=parties.values("organisation_id")).order_by("name")
    )


def _with_others(
    counts: dict[int, dict[str, Tallies]], landlord: int, code: str
) -> Agreement | None:
    others = [tables[code] for pk, tables in counts.items() if pk != landlord]
    if landlord not in counts or len(others) < ENOUGH_OTHERS:
        return None
    voices: dict[int, Counter[int]] = {}
    for tallies in others:
        for vignette, tally in tallies.items():
            voices.setdefault(vignette, Counter())[median(tally)] += 1
    return against(
        counts[landlord][code], {vignette: median(tally) for vignette, tally in voices.items()}
    )


def drifts(principal: Principal, campaign_round: CampaignRound) -> list[Drift]:
    """How far levels drift from the grid's in a round, for landlords with at least 30 kept sites."""
    _require(principal)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared.level_drift(%s)", [campaign_round.key])
        rows = cursor.fetchall()
    names = Organisation.objects.in_bulk([row[0] for row in rows])
    found = [Drift(names[row[0]], row[1], *(count / row[1] for count in row[2:])) for row in rows]
    return sorted(found, key=lambda each: each.organisation.name)


@transaction.atomic
def next_version(principal: Principal) -> VignetteSet:
    """A draft that starts from the newest version. Raises CalibrationError when a draft is there already."""
    _require(principal)
    newest = VignetteSet.objects.order_by("-version").first()
    if newest is not None and newest.state == VignetteSet.State.DRAFT:
        raise CalibrationError(_("Une série est déjà en préparation : modifiez-la."))
    last = VignetteSet.objects.aggregate(last=Max("version"))["last"] or 0
    draft = VignetteSet.objects.create(version=last + 1)
    Vignette.objects.bulk_create(
        Vignette(vignette_set=draft, number=each.number, title=each.title, text=each.text)
        for each in (newest.vignettes.all() if newest else [])
    )
    return draft


@transaction.atomic
def open_version(principal: Principal, vignettes: VignetteSet) -> None:
    """Let everybody answer this version; the one before closes. Raises CalibrationError for too few situations."""
    _require(principal)
    held = VignetteSet.objects.select_for_update().get(pk=vignettes.pk)
    if held.state != VignetteSet.State.DRAFT:
        raise CalibrationError(_("Cette série a déjà été ouverte."))
    if held.vignettes.count() < FEWEST:
        raise CalibrationError(
            _("Une série compte au moins %(n)s situations : ajoutez-en.") % {"n": FEWEST}
        )
    now = timezone.now()
    VignetteSet.objects.filter(state=VignetteSet.State.OPEN).update(
        state=VignetteSet.State.CLOSED, closed_at=now
    )
    held.state, held.opened_at = VignetteSet.State.OPEN, now
    held.save(update_fields=["state", "opened_at"])


@transaction.atomic
def save_vignette(
    principal: Principal, vignettes: VignetteSet, title: str, text: str, pk: int | None = None
) -> Vignette:
    """Add or change a situation of a draft. Raises CalibrationError once the version is open."""
    _require(principal)
    held = _draft(vignettes)
    if pk is not None:
        kept = held.vignettes.get(pk=pk)
    else:
        last = held.vignettes.aggregate(last=Max("number"))["last"] or 0
        kept = Vignette(vignette_set=held, number=last + 1)
    kept.title, kept.text = title, text
    kept.save()
    return kept


@transaction.atomic
def remove_vignette(principal: Principal, vignettes: VignetteSet, pk: int) -> None:
    """Take a situation out of a draft; the others close ranks. Raises CalibrationError once the version is open."""
    _require(principal)
    held = _draft(vignettes)
    held.vignettes.filter(pk=pk).delete()
    for number, each in enumerate(held.vignettes.order_by("number"), 1):
        Vignette.objects.filter(pk=each.pk).update(number=number)


def _draft(vignettes: VignetteSet) -> VignetteSet:
    held = VignetteSet.objects.select_for_update().get(pk=vignettes.pk)
    if held.state != VignetteSet.State.DRAFT:
        raise CalibrationError(
            _("Une série ouverte ne change plus : préparez la version suivante.")
        )
    return held


FEWEST = 6


def _require(principal: Principal) -> None:
    if not (principal.is_coordinator and principal.may("rounds.manage")):
        raise PermissionError("rounds.manage")
