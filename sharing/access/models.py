"""What a reader sees of other organisations' sites, as read-only models over the sharing views.

One model per detail level: a field that a level does not show does not exist in its model. PostgreSQL evaluates the
annex in the views (sharing/sql); nothing here decides.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from tenants.wall.models import WalledManager

NUMBER_BITS = 48  # of the key's 128: what a tile can carry exactly, see shared.site_number


def number_of(key: UUID) -> int:
    """The number by which tiles and the list beside the map call a site."""
    return key.int >> (128 - NUMBER_BITS)


def keys_of(number: int) -> tuple[UUID, UUID]:
    """The first and the last key that a number may stand for. Raises ValueError for a number out of range."""
    low = number << (128 - NUMBER_BITS)
    return UUID(int=low), UUID(int=low | ((1 << (128 - NUMBER_BITS)) - 1))


class SharedSite(models.Model):
    """A site at detail level `site`. Position in EPSG:2154."""

    wall = "view"

    key = models.UUIDField(primary_key=True)
    landlord = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="+", verbose_name=_("bailleur")
    )
    convention_id = models.BigIntegerField()
    has_file = models.BooleanField(_("dossier lisible"))
    name = models.CharField(_("nom"), max_length=160)
    address = models.CharField(_("adresse"), max_length=240)
    postcode = models.CharField(_("code postal"), max_length=5)
    commune_name = models.CharField(_("commune"), max_length=120)
    commune_code = models.CharField(max_length=5)
    departement_code = models.CharField(max_length=3)
    iris_code = models.CharField(max_length=9)
    qpv_code = models.CharField(max_length=8)
    dwellings = models.PositiveIntegerField(_("logements"))
    level = models.PositiveSmallIntegerField(_("niveau publié"))
    published_on = models.DateField(_("publié le"))
    geom = models.PointField(srid=2154, null=True)

    objects = WalledManager[Any]()

    class Meta:
        managed = False
        db_table = 'shared"."site'
        base_manager_name = "objects"
        ordering = ("-level", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> int:
        """As tiles call it."""
        return number_of(self.key)


class SharedPublication(models.Model):
    """The last publication of a site that the reader sees; the previous level only where it could see that too."""

    wall = "view"

    key = models.UUIDField(primary_key=True)
    landlord = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+")
    level = models.PositiveSmallIntegerField()
    previous_level = models.PositiveSmallIntegerField(null=True)
    published_at = models.DateTimeField()

    objects = WalledManager[Any]()

    class Meta:
        managed = False
        db_table = 'shared"."site_change'
        base_manager_name = "objects"
        ordering = ("-published_at",)

    def __str__(self) -> str:
        return f"{self.key}: {self.level}"


class SharedFile(models.Model):
    """What detail level `file` adds to `site`."""

    wall = "view"

    key = models.UUIDField(primary_key=True)
    landlord = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+")
    criteria = models.JSONField(null=True)
    shared_comment = models.CharField(max_length=500)
    rated_on = models.DateField(null=True)
    history = models.JSONField()
    incidents = models.JSONField()
    interventions = models.JSONField()

    objects = WalledManager[Any]()

    class Meta:
        managed = False
        db_table = 'shared"."site_file'
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.key)


class SharedRoundLevel(models.Model):
    """The level that a site at `file` was published with in a campaign of a convention; one row a site and campaign."""

    wall = "view"

    key = models.UUIDField(primary_key=True)
    landlord = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+")
    round_key = models.UUIDField()
    level = models.PositiveSmallIntegerField()

    objects = WalledManager[Any]()

    class Meta:
        managed = False
        db_table = 'shared"."site_round'
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.key}: {self.level}"


class SharedFacts(models.Model):
    """Facts of the last twelve months on a site at `file`, counted by family; one row a site and family."""

    wall = "view"

    key = models.UUIDField(primary_key=True)
    landlord = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+")
    family = models.CharField(max_length=20)
    facts = models.PositiveIntegerField()

    objects = WalledManager[Any]()

    class Meta:
        managed = False
        db_table = 'shared"."site_facts'
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.key}: {self.facts}"
