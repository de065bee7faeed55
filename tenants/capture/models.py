"""The landlord's key, and the trace of everything that telephones sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.models import Assessment, Campaign
from tenants.stock.models import Site
from tenants.wall.models import LandlordRow


class CaptureKey(LandlordRow):
    """The key pair that telephones seal their ratings for; a retired one still opens what was sealed before."""

    kid = models.CharField(max_length=16)
    public = models.BinaryField()  # uncompressed point of P-256, 65 bytes
    private = models.BinaryField()  # scalar, 32 bytes
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    retired_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("clé de saisie")
        verbose_name_plural = _("clés de saisie")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["landlord", "kid"], name="capture_key_once"),
            models.UniqueConstraint(
                fields=["landlord"],
                condition=models.Q(retired_at__isnull=True),
                name="one_capture_key_in_use",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class Arrival(LandlordRow):
    """One body that came under one key. Its key and hash are what a telephone is told; the same pair counts once."""

    class State(models.TextChoices):
        """What became of it."""

        KEPT = "kept", _("reçue")
        ASIDE = "aside", _("mise de côté")
        ADMITTED = "admitted", _("acceptée après examen")
        REJECTED = "rejected", _("refusée après examen")

    class Cause(models.TextChoices):
        """Why it was put aside."""

        REVOKED = "revoked", _("arrivée après le retrait de l’accès")
        REACH = "reach", _("site qui n’est plus confié à cette personne")
        AUTHOR = "author", _("saisie par une autre personne que celle du téléphone")
        IMPORTED = "imported", _("venue d’un fichier exporté d’un téléphone")

    wall_purged = (("reason",), "decided_at")

    key = models.UUIDField(_("clé"))
    body_sha256 = models.CharField(max_length=64)
    state = models.CharField(_("état"), max_length=8, choices=State)
    cause = models.CharField(_("motif de mise de côté"), max_length=8, choices=Cause, blank=True)
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, null=True, blank=True, related_name="arrivals"
    )
    # The key had already come with another content: both ratings are kept.
    diverges = models.BooleanField(_("clé déjà venue avec un autre contenu"), default=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="arrivals"
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="arrivals")
    # Whom the rating is from, and the telephone that brought it (accounts.DeviceSession.key).
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    device_key = models.UUIDField(null=True, blank=True)
    # What was said, while it waits for a decision; emptied by the decision.
    body = models.JSONField(null=True, blank=True)
    received_at = models.DateTimeField(_("reçue le"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("examinée le"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=240, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("arrivée d’un téléphone")
        verbose_name_plural = _("arrivées des téléphones")
        ordering = ("-received_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "key", "body_sha256"], name="arrival_once_per_key_and_body"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["kept", "admitted"], assessment__isnull=False)
                | models.Q(state__in=["aside", "rejected"], assessment__isnull=True),
                name="arrival_kept_iff_assessment",
            ),
            models.CheckConstraint(
                condition=models.Q(state="kept") | ~models.Q(cause=""),
                name="arrival_aside_has_a_cause",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["landlord", "state"], name="arrival_state"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"
