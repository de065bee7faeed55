"""Tell an organisation something once, show what it was told, and mail what waits."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from dataclasses import dataclass
from typing import Final

from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.notices.models import Notice
from tenants.wall.context import Scope, open_scope

logger = logging.getLogger(__name__)
SHOWN_FOR: Final = dt.timedelta(days=30)
MOST_ATTEMPTS: Final = 20
BATCH: Final = 200
QUEUE_SCOPE: Final = Scope("queue", 0, 0)
# A mail leaves while its reason holds: PostgreSQL says so at the moment it leaves.
WAITING: Final = """
    SELECT id FROM sharing_notice
    WHERE mailed_at IS NULL AND mail_to <> '' AND attempts < %s
      AND (NOT only_while_live OR convention_id IS NULL OR shared.still_bound(convention_id, organisation_id))
    ORDER BY id LIMIT %s
"""


@dataclass(frozen=True)
class Telling:
    """What to tell one organisation. `cause` names the occasion: the same one is told once only."""

    cause: str
    organisation_id: int
    title: str
    text: str
    path: str = ""
    mail_to: str = ""
    convention_id: int | None = None
    only_while_live: bool = True


def tell(sender_id: int, tellings: list[Telling]) -> list[Telling]:
    """Write the notices that were not told before, in the sender's scope. Returns those."""
    told = set(
        Notice.objects.filter(cause__in=[each.cause for each in tellings]).values_list(
            "cause", flat=True
        )
    )
    new = [each for each in tellings if each.cause not in told]
    # Two tellers at once: the unique cause lets one of them through.
    Notice.objects.bulk_create(
        (
            Notice(cause=each.cause, organisation_id=each.organisation_id, sender_id=sender_id,
                   convention_id=each.convention_id, only_while_live=each.only_while_live,
                   title=each.title[:200], text=each.text, path=each.path, mail_to=each.mail_to)
            for each in new
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    return new


def notices(principal: Principal) -> QuerySet[Notice]:
    """What the organisation was told in the last 30 days and nobody there has put away."""
    return Notice.objects.filter(
        organisation_id=principal.organisation_id,
        read_at__isnull=True,
        told_at__gt=timezone.now() - SHOWN_FOR,
    )


def mail_waiting() -> int:
    """Mail every notice that waits and whose reason still holds. Returns how many left.

    The row is claimed before the mail leaves: a worker that dies in between sends it never, not twice. When the mail
    server refuses, the notice waits for the next turn.
    """
    with open_scope(QUEUE_SCOPE), connection.cursor() as cursor:
        cursor.execute(WAITING, [MOST_ATTEMPTS, BATCH])
        waiting = [pk for (pk,) in cursor.fetchall()]
    sent = 0
    for pk in waiting:
        with open_scope(QUEUE_SCOPE):
            mine = Notice.objects.filter(pk=pk, mailed_at__isnull=True).update(
                mailed_at=timezone.now(), attempts=F("attempts") + 1
            )
            notice = Notice.objects.get(pk=pk)
        if not mine:
            continue
        try:
            _mail(notice).send()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("The notice %s could not be mailed: %s", notice.key, error)
            with open_scope(QUEUE_SCOPE):
                Notice.objects.filter(pk=pk).update(mailed_at=None)
        else:
            sent += 1
    return sent


def _mail(notice: Notice) -> EmailMessage:
    where = _("Dans ORSEN : %(path)s") % {"path": notice.path} if notice.path else ""
    return EmailMessage(notice.title, f"{notice.text}\n\n{where}".rstrip(), to=[notice.mail_to])
