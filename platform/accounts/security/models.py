"""The door's own journal: refusals, lock-outs, changes of rights. Never what somebody read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What happened."""

    LOCKED_OUT = "locked_out", _("trop d’essais de connexion")
    CODES_REFUSED = "codes_refused", _("trop de codes refusés")
    PROCONNECT_REFUSED = "proconnect_refused", _("connexion ProConnect refusée")
    INVITED = "invited", _("invitation")
    JOINED = "joined", _("arrivée")
    ROLE_CHANGED = "role_changed", _("changement de rôle")
    SUSPENDED = "suspended", _("suspension")
    RESTORED = "restored", _("rétablissement")
    SIRETS_CHANGED = "sirets_changed", _("SIRET déclarés")


class SecurityEvent(models.Model):
    """One of them. Added to, never changed; an administrator reads those of the organisation."""

    wall = "common"
    wall_readers = ("orsen_web",)

    at = models.DateTimeField(_("le"), default=timezone.now)
    kind = models.CharField(_("événement"), max_length=20, choices=Kind)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, related_name="+"
    )
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    ip_address = models.GenericIPAddressField(_("adresse IP"), null=True)
    detail = models.CharField(_("détail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("événement de sécurité")
        verbose_name_plural = _("événements de sécurité")
        ordering = ("-at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-at"], name="security_event_organisation"),
            models.Index(fields=["kind", "user", "-at"], name="security_event_user"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
