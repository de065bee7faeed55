"""Sign a schedule, stop it, and fire those that are due."""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.principal import Principal, PrincipalError, from_membership, of_membership
from sharing.access import conventions, reports, shared_scope
from sharing.conventions.models import Convention
from sharing.notices.services import QUEUE_SCOPE, Telling, tell
from sharing.reports.services import ReportRefusedError, request_build, why_not
from sharing.rounds.models import CampaignRound
from sharing.schedules.models import ReportSchedule, ScheduleFiring
from sharing.schedules.occasions import Cadence, due
from tenants.wall.context import open_scope

logger = logging.getLogger(__name__)


class ScheduleRefusedError(ValueError):
    """A schedule that cannot be signed; the message says why."""


def _require(principal: Principal) -> None:
    if not principal.may("reports.build"):
        raise PermissionDenied(_("Votre rôle ne permet pas cette action."))


def schedules(principal: Principal) -> QuerySet[ReportSchedule]:
    """The schedules of the conventions that the coordination holds."""
    _require(principal)
    return ReportSchedule.objects.filter(convention__in=conventions(principal)).select_related(
        "convention"
    )


def schedule_of(principal: Principal, key: uuid.UUID | str) -> ReportSchedule:
    """One of them. Raises Http404 alike for an absent one and for another coordination's."""
    found: ReportSchedule | None = schedules(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Ce programme n’existe pas, ou n’est pas d’une convention que vous tenez."))
    return found


def sign(principal: Principal, convention: Convention, cadence: str) -> ReportSchedule:
    """Sign a schedule: it will act for this person. Raises ScheduleRefusedError."""
    _require(principal)
    if cadence not in Cadence.values:
        raise ScheduleRefusedError(_("Choisissez une cadence."))
    if not convention.is_live:
        raise ScheduleRefusedError(
            _("La convention n’est pas en vigueur : aucun rapport n’en sera produit.")
        )
    try:
        with transaction.atomic():
            made: ReportSchedule = ReportSchedule.objects.create(
                convention=convention, cadence=cadence, membership_id=principal.membership_id
            )
    except IntegrityError as error:
        raise ScheduleRefusedError(
            _("Ce rapport est déjà programmé à cette cadence pour cette convention.")
        ) from error
    return made


def stop(principal: Principal, schedule: ReportSchedule) -> None:
    """Stop it; its past stays. Stopping twice changes nothing."""
    schedules(principal).filter(pk=schedule.pk, stopped_at__isnull=True).update(
        stopped_at=timezone.now()
    )


def fire_due(today: dt.date | None = None) -> int:
    """Fire every schedule that is due, each occasion once, whoever else does the same now. Returns how many fired."""
    with open_scope(QUEUE_SCOPE):
        live = list(
            ReportSchedule.objects.filter(stopped_at__isnull=True)
            .order_by("pk")
            .values_list("pk", "membership_id")
        )
    return sum(_fire(pk, membership_id, today or timezone.localdate()) for pk, membership_id in live)  # fmt: skip


def _fire(pk: int, membership_id: int, today: dt.date) -> int:
    try:
        principal = of_membership(membership_id)
        if not principal.may("reports.build"):
            raise PrincipalError("the role no longer holds reports.build")  # noqa: TRY301 -- one way out
    except PrincipalError as error:
        logger.warning("The schedule %s acts for nobody: %s", pk, error)
        _tell_orphan(pk, membership_id)
        return 0
    with shared_scope(principal):
        schedule = schedules(principal).filter(pk=pk, stopped_at__isnull=True).first()
        # Its signatory may have lost the département: then it waits for her successor.
        if schedule is None or not schedule.convention.is_live:
            return 0
        if schedule.cadence == Cadence.CAMPAIGN:
            return sum(
                _once(principal, schedule, str(round_.key), round_)
                for round_ in _closed(schedule).filter(closed_at__gte=schedule.created_at)
                if not why_not(round_)
            )
        created_on = timezone.localtime(schedule.created_at).date()
        occasion = due(schedule.cadence, created_on, today)
        if occasion is None:
            return 0
        return _once(principal, schedule, occasion.name, _closed(schedule).first())


def _closed(schedule: ReportSchedule) -> QuerySet[CampaignRound]:
    found: QuerySet[CampaignRound] = CampaignRound.objects.filter(
        convention=schedule.convention_id, state=CampaignRound.State.CLOSED
    ).select_related("convention")
    return found.order_by("-reference_date", "-pk")


def _once(
    principal: Principal, schedule: ReportSchedule, occasion: str, round_: CampaignRound | None
) -> int:
    """Fire one occasion: the firing and the job it asks for stand or fall together; a second one at once waits, then finds it."""
    if ScheduleFiring.objects.filter(schedule=schedule, occasion=occasion).exists():
        return 0
    try:
        with transaction.atomic():
            firing = ScheduleFiring(
                schedule=schedule, convention_id=schedule.convention_id, occasion=occasion
            )
            firing.job_key, firing.said = _ask(principal, round_)
            firing.save(force_insert=True)
    except IntegrityError:
        return 0
    if firing.job_key is None and schedule.cadence != Cadence.CAMPAIGN:
        _tell_nothing(principal, schedule, firing)
    return 1


def _ask(principal: Principal, round_: CampaignRound | None) -> tuple[uuid.UUID | None, str]:
    """The build that is asked for, or why there is none."""
    if round_ is None:
        return None, _("Aucune campagne close : il n’y a rien à restituer.")
    made = reports(principal).filter(release__round=round_, withdrawn_at__isnull=True)
    if made.exists():
        return None, _("Le rapport de la dernière campagne close, « %(round)s », existe déjà.") % {
            "round": round_.name
        }
    try:
        job = request_build(principal, round_)
    except ReportRefusedError as error:
        return None, str(error)
    return job.key, _("Rapport de « %(round)s » demandé.") % {"round": round_.name}


def _tell_nothing(principal: Principal, schedule: ReportSchedule, firing: ScheduleFiring) -> None:
    holder = Organisation.objects.get(pk=principal.organisation_id)
    title = _("Rapport programmé : rien à produire pour « %(name)s »") % {
        "name": schedule.convention.name
    }
    tell(
        holder.pk,
        [
            Telling(f"schedule:{schedule.pk}:{firing.occasion}", holder.pk, title, firing.said,
                    reverse("report-schedules"), "", schedule.convention_id)
        ],
    )  # fmt: skip


def _tell_orphan(pk: int, membership_id: int) -> None:
    """Tell the coordination, once, that a schedule's signatory no longer counts: somebody has to sign it anew."""
    signatory = Membership.objects.filter(pk=membership_id).first()
    if signatory is None:
        return
    live = Membership.objects.live().filter(organisation=signatory.organisation_id)
    for membership in live.select_related("organisation").order_by("pk"):
        principal = from_membership(membership)
        if not principal.may("reports.build"):
            continue
        with shared_scope(principal):
            schedule = schedules(principal).filter(pk=pk).first()
            if schedule is None:  # of other départements
                continue
            tell(
                principal.organisation_id,
                [
                    Telling(
                        f"schedule:{pk}:orphan",
                        principal.organisation_id,
                        _("Rapport programmé sans signataire : « %(name)s »")
                        % {"name": schedule.convention.name},
                        _("La personne qui l’a signé n’en a plus le droit : il ne se déclenche plus. "
                          "Arrêtez-le et signez-en un autre."),
                        reverse("report-schedules"),
                        convention_id=schedule.convention_id,
                    )
                ],
            )  # fmt: skip
        return
