"""What happened to a campaign, and the reminders of those who still have sites to rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow

if TYPE_CHECKING:
    from tenants.campaigns.models import Campaign


class CampaignEvent(LandlordRow):
    """A step of a campaign: who took it, when, and why where a reason is asked. Append-only."""

    class Step(models.TextChoices):
        """What was done."""

        OPENED = "opened", _("ouverte")
        CLOSED = "closed", _("close")
        REOPENED = "reopened", _("rouverte")
        PUBLISHED = "published", _("publiée")
        REMINDED = "reminded", _("relance envoyée")

    wall_append_only = True

    campaign = models.ForeignKey("tenants.Campaign", models.CASCADE, related_name="events")
    step = models.CharField(_("étape"), max_length=10, choices=Step)
    reason = models.CharField(_("motif"), max_length=240, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("le"), default=timezone.now, editable=False)

    class Meta(LandlordRow.Meta):
        verbose_name = _("étape d’une campagne")
        verbose_name_plural = _("étapes des campagnes")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.step}"


class CampaignReminder(LandlordRow):
    """A person was reminded of her sites on one day: shown on her page, and mailed once."""

    campaign = models.ForeignKey("tenants.Campaign", models.CASCADE, related_name="reminders")
    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    day = models.DateField(_("jour"), default=timezone.localdate)
    left = models.PositiveIntegerField(_("sites à coter"))
    mailed_at = models.DateTimeField(_("envoyée le"), null=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("relance d’une campagne")
        verbose_name_plural = _("relances des campagnes")
        ordering = ("-day", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "campaign", "membership", "day"], name="reminded_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}, {self.membership_id}: {self.day}"


def events_of(campaign: Campaign) -> QuerySet[CampaignEvent]:
    """The history of a campaign that the caller obtained through the door, the newest first."""
    return CampaignEvent.objects.filter(campaign=campaign).select_related("by")
