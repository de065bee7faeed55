"""A waiver: signed by the landlord whose figures it frees, for one convention, until it is revoked."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.conventions.models import HELD, MINE, Convention
from tenants.wall.models import PartyRow, Policy

OWN = f"organisation_id = (SELECT wall.landlord()) AND convention_id = {MINE}"


class Waiver(PartyRow):
    """No rule on contributors protects the landlord's own figures in releases built while it stands.

    It frees a figure only where everybody that the figure counts has signed one: others stay protected, from the
    landlord that signed too. Written by the landlord itself and by nobody else; revoked once, never changed.
    """

    wall_policies = (
        Policy("orsen_app", "SELECT", f"convention_id = {MINE}"),
        Policy("orsen_app", "INSERT", OWN),
        Policy("orsen_app", "UPDATE", OWN, columns=("revoked_at",)),
        Policy("orsen_partner", "SELECT", f"convention_id = {MINE}"),
        Policy("orsen_coordinator", "SELECT", f"convention_id = {HELD}"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    signatory = models.CharField(_("signataire"), max_length=120)
    signatory_function = models.CharField(_("fonction du signataire"), max_length=120)
    signed_at = models.DateTimeField(_("signée le"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("révoquée le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("renonciation")
        verbose_name_plural = _("renonciations")
        ordering = ("-signed_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["convention", "organisation"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_waiver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.convention_id}"
