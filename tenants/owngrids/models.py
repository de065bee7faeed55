"""A landlord's own grids, version by version; a published version never changes (tenants/sql/003_own_grids.sql)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow


class OwnGrid(LandlordRow):
    """One version of a grid. A draft is edited; what is published stays, and a change makes the next version."""

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    definition = models.JSONField(_("définition"))  # tenants/owngrids/definition.py says its form
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("grille d’un bailleur")
        verbose_name_plural = _("grilles des bailleurs")
        ordering = ("code", "-version")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "code", "version"], name="own_grid_version_once"
            ),
            models.UniqueConstraint(
                fields=["landlord", "code"],
                condition=models.Q(published_at__isnull=True),
                name="own_grid_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return _("%(title)s, version %(n)s") % {
            "title": self.definition["title"],
            "n": self.version,
        }
