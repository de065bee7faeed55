"""Activations and device sessions. Only hashes of their secrets are kept; no scope of a reader may see the tables."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Membership, User


class DeviceActivation(models.Model):
    """An offer to make a telephone act for a member: shown once as a QR code, taken once, within minutes."""

    wall = "common"
    wall_readers = ("orsen_web",)

    membership: models.ForeignKey[Membership, Membership] = models.ForeignKey(
        "accounts.Membership", models.CASCADE, related_name="device_activations"
    )
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    used_at = models.DateTimeField(_("utilisée le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("activation d’un téléphone")
        verbose_name_plural = _("activations de téléphones")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether a telephone can still take it."""
        return (
            self.used_at is None and self.cancelled_at is None and self.expires_at > timezone.now()
        )


class DeviceSession(models.Model):
    """A telephone that acts for one member, for capture only, until it expires or is revoked."""

    class End(models.TextChoices):
        """Why it ended before its time."""

        LEFT = "left", _("quitté par la personne")
        LOST = "lost", _("téléphone perdu ou volé")
        REPLACED = "replaced", _("téléphone remplacé")
        REVOKED = "revoked", _("accès retiré")

    wall = "common"
    wall_readers = ("orsen_web",)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership: models.ForeignKey[Membership, Membership] = models.ForeignKey(
        "accounts.Membership", models.CASCADE, related_name="device_sessions"
    )
    label = models.CharField(_("appareil"), max_length=60, blank=True)
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("activé le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    last_seen_at = models.DateTimeField(_("dernier passage"), default=timezone.now)
    ended_at = models.DateTimeField(_("fermé le"), null=True, blank=True)
    end = models.CharField(_("motif de fermeture"), max_length=8, choices=End, blank=True)
    ended_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("téléphone activé")
        verbose_name_plural = _("téléphones activés")
        ordering = ("-last_seen_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end="")),
                name="device_session_ends_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}"

    @property
    def is_expired(self) -> bool:
        """Whether its thirty days are over."""
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether it still acts for the member."""
        return self.ended_at is None and not self.is_expired
