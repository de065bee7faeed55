"""Counters that move with the data, so that nothing kept in memory outlives a change. Triggers alone write them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow


class DataVersion(LandlordRow):
    """How often a landlord's data changed. The version is the sum over its rows.

    One row as a rule. A transaction that finds it taken by another adds a row of its own instead of waiting: an import
    of minutes holds nobody up. `own` moves with everything that the landlord's map shows, `shared` only with what
    readers under a convention may see, so that they learn nothing from the pace of a campaign.
    """

    wall_append_only = True

    own = models.BigIntegerField()
    shared = models.BigIntegerField()

    class Meta(LandlordRow.Meta):
        verbose_name = _("version des données")
        verbose_name_plural = _("versions des données")

    def __str__(self) -> str:
        return f"{self.landlord_id}: {self.own}"


class CommonVersion(models.Model):
    """How often something changed that belongs to no landlord; the version of a subject is the sum over its rows."""

    class Subject(models.TextChoices):
        """What is counted."""

        PEOPLE = "people", _("qui peut agir pour qui")
        GROUND = "ground", _("territoires et fond de carte")
        RULES = "rules", _("conventions et annexes")

    wall = "common"
    wall_writers: ClassVar[tuple[str, ...]] = ()

    subject = models.CharField(_("sujet"), max_length=8, choices=Subject)
    version = models.BigIntegerField()

    class Meta:
        verbose_name = _("version commune")
        verbose_name_plural = _("versions communes")

    def __str__(self) -> str:
        return f"{self.subject}: {self.version}"
