"""A landlord's profiles of other tools, version by version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow


class Barometer(LandlordRow):
    """One version of the profile of a tool. A change makes the next version; imports name the one they used."""

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    # {"title", "site": column, "level": {"column", "marks": {mark: 1..4}},
    #  "criteria": [{"label", "column", "equivalent": criterion or "", "marks": {mark: 1..4}}]}
    definition = models.JSONField(_("définition"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(LandlordRow.Meta):
        verbose_name = _("profil de baromètre")
        verbose_name_plural = _("profils de baromètres")
        ordering = ("code", "-version")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "code", "version"], name="barometer_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.definition['title']} (v{self.version})"
