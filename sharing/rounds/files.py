"""The pre-filled files of a convention's campaign: asked for by the coordination, made under each landlord's own mandate.

The coordination's job only asks. Each file is made by a job of its landlord, for the person who gave the mandate and with
the rights that she has then; the coordination reads that a file is there, and since when.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.principal import Principal, PrincipalError, of_membership
from sharing.access import shared_scope
from sharing.conventions.models import Convention
from sharing.rounds.models import CampaignRound
from sharing.rounds.services import RoundError
from tenants.access import campaigns, landlord_scope
from tenants.campaigns.services import CampaignError
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of
from tenants.prefilled import services as prefilled

logger = logging.getLogger(__name__)
JOB_KIND: Final = "round_files"
PERMISSION: Final = "rounds.manage"


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What the coordination knows of one landlord's file."""

    landlord_id: int
    mandate_id: int | None
    is_open: bool
    made_at: dt.datetime | None

    def is_ready(self, asked_at: dt.datetime | None) -> bool:
        """Whether a file was made since it was asked for (or at all, before anybody asked)."""
        return self.made_at is not None and (asked_at is None or self.made_at >= asked_at)


def statuses(campaign_round: CampaignRound) -> dict[int, FileStatus]:
    """By landlord, of those that answered. In the coordination's scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared.round_files(%s)", [campaign_round.key])
        rows = cursor.fetchall()
    # Of somebody who left, a mandate no longer counts.
    mandates = [mandate for _landlord, mandate, _is_open, _made_at in rows if mandate]
    live = set(Membership.objects.live().filter(pk__in=mandates).values_list("pk", flat=True))
    return {
        landlord: FileStatus(landlord, mandate if mandate in live else None, is_open, made_at)
        for landlord, mandate, is_open, made_at in rows
    }


def ask(principal: Principal, campaign_round: CampaignRound) -> Job:
    """Ask for the file of every landlord that gave the mandate. Raises RoundError for a round that is over."""
    with transaction.atomic():
        locked = CampaignRound.objects.select_for_update().get(pk=campaign_round.pk)
        _refuse_over(locked)
        locked.files_asked_at = timezone.now()
        locked.save(update_fields=["files_asked_at"])
        return enqueue(principal, JOB_KIND, {"round": str(locked.key)})


def _refuse_over(campaign_round: CampaignRound) -> None:
    if campaign_round.state != CampaignRound.State.OPEN:
        raise RoundError(_("Cette campagne est close : elle ne demande plus de fichiers."))
    if campaign_round.convention.state != Convention.State.ACTIVE:
        raise RoundError(_("La convention n’est plus en vigueur."))


def launch(principal: Principal, key: str) -> int:
    """Start the job of each landlord that gave the mandate and has no file yet; returns how many. Opens the scopes.

    Raises RoundError for a round that is over, CampaignRound.DoesNotExist for one that the coordination does not hold.
    """
    with shared_scope(principal):
        campaign_round = CampaignRound.objects.select_related("convention").get(key=key)
        _refuse_over(campaign_round)
        asked_at = campaign_round.files_asked_at
        wanted = [
            each
            for each in statuses(campaign_round).values()
            if each.mandate_id is not None and each.is_open and not each.is_ready(asked_at)
        ]
    return sum(_start(each, campaign_round) for each in wanted)


def _start(status: FileStatus, campaign_round: CampaignRound) -> bool:
    """One landlord's job, for the person of the mandate. A mandate that no longer counts starts nothing."""
    try:
        signer = of_membership(status.mandate_id or 0)
    except PrincipalError:
        return False
    if signer.organisation_id != status.landlord_id or not signer.may(prefilled.PERMISSION):
        return False
    with landlord_scope(signer):
        campaign = campaigns(signer).filter(round_key=campaign_round.key).first()
        # Read again under the landlord's own wall: it may have been withdrawn meanwhile.
        if campaign is None or campaign.file_mandate_id != signer.membership_id:
            return False
        under_way = jobs_of(signer).filter(
            kind=prefilled.JOB_KIND, payload__contains={"campaign": str(campaign.key)}
        )
        if any(job.is_open for job in under_way):
            return False
        try:
            prefilled.ask(signer, campaign)
        except CampaignError as refused:
            logger.info("No file for landlord %s: %s", status.landlord_id, refused)
            return False
    return True
