"""A schedule of reports, and each of its firings, which PostgreSQL lets happen once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.conventions.models import HELD, Convention
from tenants.wall.models import PartyRow, Policy

QUEUE = "(SELECT wall.queue())"


class ReportSchedule(PartyRow):
    """It acts for the person who signed it, with that person's rights of the day."""

    class Cadence(models.TextChoices):
        """When it fires."""

        MONTH = "month", _("chaque mois")
        QUARTER = "quarter", _("chaque trimestre")
        CAMPAIGN = "campaign", _("après chaque campagne")

    wall_policies = (
        Policy("orsen_coordinator", "SELECT,INSERT", f"convention_id = {HELD}"),
        Policy("orsen_coordinator", "UPDATE", f"convention_id = {HELD}", columns=("stopped_at",)),
        # Whose schedules fire: identifiers only.
        Policy("orsen_queue", "SELECT", QUEUE),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    cadence = models.CharField(_("cadence"), max_length=8, choices=Cadence)
    membership_id = models.BigIntegerField()  # of the person who signed it
    created_at = models.DateTimeField(_("programmé le"), default=timezone.now, editable=False)
    stopped_at = models.DateTimeField(_("arrêté le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("rapport programmé")
        verbose_name_plural = _("rapports programmés")
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["convention", "cadence"],
                condition=Q(stopped_at__isnull=True),
                name="one_live_schedule_per_cadence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id}: {self.cadence}"


class ScheduleFiring(PartyRow):
    """What came of one occasion: written in the transaction of the job it asks for, never changed."""

    wall_policies = (Policy("orsen_coordinator", "SELECT,INSERT", f"convention_id = {HELD}"),)

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    schedule = models.ForeignKey(ReportSchedule, models.PROTECT, related_name="firings")
    occasion = models.CharField(max_length=40)  # "2026-11", "2026-T4", or the key of the round
    fired_at = models.DateTimeField(_("déclenché le"), default=timezone.now)
    job_key = models.UUIDField(null=True)  # None where there was nothing to make
    said = models.TextField(_("suite"))

    class Meta(PartyRow.Meta):
        verbose_name = _("déclenchement")
        verbose_name_plural = _("déclenchements")
        ordering = ("-fired_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "occasion"], name="an_occasion_fires_once"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id}: {self.occasion}"
