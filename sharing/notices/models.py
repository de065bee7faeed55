"""A notice to one organisation: shown on its pages, and mailed to its correspondent once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.conventions.models import HELD
from tenants.wall.models import PartyRow, Policy

TO_ME = "organisation_id = (SELECT wall.organisation())"
FROM_ME = "sender_id = (SELECT wall.organisation())"
QUEUE = "(SELECT wall.queue())"
# A coordinator by département is told of the conventions that she holds.
REACH = {
    "orsen_app": "",
    "orsen_partner": "",
    "orsen_coordinator": f" AND (convention_id IS NULL OR convention_id = {HELD})",
}


class Notice(PartyRow):
    """Told once: `cause` is unique, so that neither a restart nor a second worker tells it again."""

    wall_policies = (
        *(
            policy
            for role, reach in REACH.items()
            for policy in (
                Policy(role, "SELECT", f"({TO_ME} OR {FROM_ME}){reach}"),
                Policy(role, "INSERT", FROM_ME),
                Policy(role, "UPDATE", f"{TO_ME}{reach}", columns=("read_at",)),
            )
        ),
        Policy("orsen_queue", "SELECT", QUEUE),
        Policy("orsen_queue", "UPDATE", QUEUE, columns=("mailed_at", "attempts")),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cause = models.CharField(max_length=120, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    convention_id = models.BigIntegerField(_("convention"), null=True)
    # The mail leaves only while the convention is in force and binds the organisation.
    only_while_live = models.BooleanField(default=True)
    title = models.CharField(_("titre"), max_length=200)
    text = models.TextField(_("texte"))
    path = models.CharField(max_length=200, blank=True)  # of the page where something can be done
    mail_to = models.EmailField(_("adresse"), blank=True)  # empty: on the pages only
    told_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("avis")
        verbose_name_plural = _("avis")
        ordering = ("-told_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-told_at"], name="notice_of"),
            models.Index(
                fields=["id"], name="notice_to_mail", condition=models.Q(mailed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title
