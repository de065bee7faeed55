"""Tell an organisation that work it asked for under its conventions was given up: whoever asked may have gone home."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation
from accounts.principal import Principal, from_membership
from sharing.access import shared_scope
from sharing.notices.models import Notice
from sharing.notices.services import QUEUE_SCOPE, Telling, tell
from tenants.jobs.models import Job
from tenants.wall.context import open_scope

logger = logging.getLogger(__name__)
LOOKS_BACK: Final = dt.timedelta(days=7)
READS_NOTICES: Final = ("sharing.read", "shared.read", "conventions.read")
# Kind of job of the sharing side → what it makes, and the page where it is asked for again.
KINDS: Final = {
    "report-build": (gettext_lazy("le rapport d’une campagne"), "report-list"),
    "report-pdf": (gettext_lazy("le PDF d’un rapport"), "report-list"),
    "report-sheets": (gettext_lazy("les fiches d’un rapport"), "report-list"),
    "report-form": (gettext_lazy("un fichier d’un rapport"), "report-list"),
    "round_files": (gettext_lazy("les fichiers préremplis d’une campagne"), "round-list"),
    "meeting-pack": (gettext_lazy("le dossier d’une séance"), "forum-list"),
}


@dataclass(frozen=True)
class Dead:
    """A job that was given up, as the queue reads it."""

    cause: str
    kind: str
    organisation_id: int
    message: str


def tell_dead_jobs() -> int:
    """Tell of every job of the sharing side given up in the last 7 days, each once. Returns how many were told."""
    return sum(_tell(each) for each in _untold())


def _untold() -> list[Dead]:
    with open_scope(QUEUE_SCOPE):
        rows = Job.objects.filter(
            kind__in=list(KINDS),
            state=Job.State.DEAD,
            finished_at__gt=timezone.now() - LOOKS_BACK,
        ).order_by("pk")
        # A job that is tried again and given up again is told again: the attempt is part of the cause.
        found = [
            Dead(f"dead:{row.pk}:{row.attempt}", row.kind, row.organisation_id, row.message)
            for row in rows
        ]
        told = set(
            Notice.objects.filter(cause__in=[each.cause for each in found]).values_list(
                "cause", flat=True
            )
        )
    return [each for each in found if each.cause not in told]


def _tell(dead: Dead) -> int:
    principal = _somebody_of(dead.organisation_id)
    if principal is None:
        logger.warning("Nobody of the organisation %s reads notices.", dead.organisation_id)
        return 0
    label, page = KINDS[dead.kind]
    with shared_scope(principal):
        address = Organisation.objects.values_list("contact_email", flat=True).get(
            pk=dead.organisation_id
        )
        telling = Telling(
            dead.cause,
            dead.organisation_id,
            _("Un travail n’a pas abouti : %(what)s") % {"what": label},
            _("%(message)s Rien n’a été envoyé à personne. Relancez-le depuis sa page.")
            % {"message": dead.message},
            reverse(page),
            address,
            only_while_live=False,
        )
        return len(tell(dead.organisation_id, [telling]))


def _somebody_of(organisation_id: int) -> Principal | None:
    live = (
        Membership.objects.live()
        .filter(organisation=organisation_id)
        .select_related("organisation")
        .order_by("pk")
    )
    found = (from_membership(each) for each in live)
    return next(
        (each for each in found if any(each.may(permission) for permission in READS_NOTICES)), None
    )
