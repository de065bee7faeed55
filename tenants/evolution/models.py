"""The watch list: sites that somebody chose to follow, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.stock.models import Site
from tenants.wall.models import LandlordRow


class WatchedSite(LandlordRow):
    """A site followed by hand. Those that the figures point out need no row."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="watched")
    reason = models.CharField(_("motif"), max_length=200)
    since = models.DateTimeField(_("depuis le"), default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(LandlordRow.Meta):
        verbose_name = _("site suivi")
        verbose_name_plural = _("sites suivis")
        ordering = ("-since", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["landlord", "site"], name="site_watched_once")
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.reason}"
