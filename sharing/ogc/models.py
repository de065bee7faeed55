"""Tokens that open the layers of one convention to a GIS program, in the name of one person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LayerToken(models.Model):
    """What a GIS program shows instead of a log-in; only its SHA-256 is kept. Ends with its convention."""

    # Looked up before anybody's scope is open, by the plain login alone: no purpose reads or writes it.
    wall: ClassVar[str] = "common"
    wall_readers = ("orsen_web",)
    wall_writers = ("orsen_web",)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(_("fin du jeton"), max_length=4)
    label = models.CharField(_("usage"), max_length=80)
    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    # Not a foreign key: the row lives outside every scope, and the convention is asked for again at each request.
    convention_key = models.UUIDField(_("convention"))
    convention_name = models.CharField(_("convention"), max_length=160)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    used_on = models.DateField(_("dernier usage"), null=True, blank=True)

    class Meta:
        verbose_name = _("jeton d’accès aux couches")
        verbose_name_plural = _("jetons d’accès aux couches")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.label} …{self.hint}"
