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


class PeopleVersion(models.Model):
    """How often anything changed that says who may act for whom: people, organisations, memberships, second factors."""

    wall = "common"
    wall_writers: ClassVar[tuple[str, ...]] = ()

    version = models.BigIntegerField()

    class Meta:
        verbose_name = _("version des droits des personnes")
        verbose_name_plural = _("versions des droits des personnes")

    def __str__(self) -> str:
        return str(self.version)
