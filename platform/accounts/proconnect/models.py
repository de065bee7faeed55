"""Which person an OpenID provider's subject is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProConnectIdentity(models.Model):
    """The subject under which an issuer knows a person: bound at her first log-in, and to nobody else after."""

    wall = "common"
    wall_readers = ("orsen_web",)

    user = models.ForeignKey(
        "accounts.User",
        models.CASCADE,
        related_name="proconnect_identities",
        verbose_name=_("personne"),
    )
    issuer = models.CharField(_("émetteur"), max_length=200)
    subject = models.CharField(_("identifiant"), max_length=255)
    bound_at = models.DateTimeField(_("liée le"), default=timezone.now, editable=False)
    used_at = models.DateTimeField(_("dernière connexion"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("identité ProConnect")
        verbose_name_plural = _("identités ProConnect")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="proconnect_subject_once"),
            models.UniqueConstraint(fields=["issuer", "user"], name="proconnect_one_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} — {self.issuer}"
