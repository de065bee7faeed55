"""A convention's campaign: the landlords' own campaigns, asked for together."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.conventions.models import Convention, party_reads
from tenants.wall.models import PartyRow


class CampaignRound(PartyRow):
    """What the coordinator asks of the convention's landlords; each answers with a campaign of its own.

    A landlord's campaign carries the round's `key` (`tenants.Campaign.round_key`): the coordination reads counts of
    it, never its rows.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("ouverte")
        CLOSED = "closed", _("close")

    wall_policies = party_reads("convention_id")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="rounds")
    name = models.CharField(_("nom"), max_length=120)
    reference_date = models.DateField(_("patrimoine au"))
    opens_on = models.DateField(_("ouverture"))
    closes_on = models.DateField(_("clôture prévue"))
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When the coordination last asked for the landlords' pre-filled files.
    files_asked_at = models.DateTimeField(_("fichiers demandés le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("campagne de la convention")
        verbose_name_plural = _("campagnes de la convention")
        ordering = ("-reference_date",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="round_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoundReminder(PartyRow):
    """A reminder sent to a landlord that is late. Kept, so that nobody is reminded twice a day."""

    wall_policies = party_reads("convention_id")

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="+")
    round = models.ForeignKey(CampaignRound, models.CASCADE, related_name="reminders")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta(PartyRow.Meta):
        verbose_name = _("relance")
        verbose_name_plural = _("relances")

    def __str__(self) -> str:
        return f"{self.round_id} → {self.organisation_id}"
