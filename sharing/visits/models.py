"""The last two visits of a member, so that a partner sees what changed since she last looked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from tenants.wall.models import PartyRow, Policy

OWN = "organisation_id = (SELECT wall.organisation())"


class Visit(PartyRow):
    """When a member last opened the shared pages, and the time before that."""

    wall_policies = (
        Policy("orsen_partner", "SELECT,INSERT,UPDATE", OWN),
        Policy("orsen_app", "SELECT,INSERT,UPDATE", OWN),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE", OWN),
    )

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    membership_id = models.BigIntegerField()
    seen_at = models.DateTimeField(_("vu le"))
    previous_at = models.DateTimeField(_("vu la fois précédente le"), null=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("visite")
        verbose_name_plural = _("visites")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "membership_id"], name="visit_once_per_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.seen_at}"
