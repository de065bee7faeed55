"""A photograph joined to a rating."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.models import Assessment
from tenants.wall.models import LandlordRow


class Photograph(LandlordRow):
    """One picture of one rating or counter-visit, redrawn; read inside the landlord alone, never by a partner."""

    # Deleted with its file after the retention: see wall/sql/004_purge_photographs.sql.
    wall_purged_rows = ("file", "received_at")

    key = models.UUIDField(_("clé"), unique=True, default=uuid.uuid4)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="photographs")
    # What was sent, before it was redrawn: the same file sent again is the same photograph.
    body_sha256 = models.CharField(max_length=64)
    file = models.FileField(_("fichier"), max_length=100, unique=True)
    width = models.PositiveIntegerField(_("largeur"))
    height = models.PositiveIntegerField(_("hauteur"))
    size = models.PositiveIntegerField(_("octets"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("reçue le"), default=timezone.now, db_index=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("photographie")
        verbose_name_plural = _("photographies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "assessment"], name="photograph_once_per_assessment"
            )
        ]

    def __str__(self) -> str:
        return str(self.key)
