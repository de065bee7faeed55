"""Agencies, sites, addresses. A site (résidence) has no public id: a key of our own and the landlord's code."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis.tiles.columns import TileStep
from tenants.wall.models import LandlordRow

LEVELS = ((1, "1"), (2, "2"), (3, "3"), (4, "4"))


class Agency(LandlordRow):
    """A landlord's local branch."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("nom"), max_length=120)

    class Meta(LandlordRow.Meta):
        verbose_name = _("agence")
        verbose_name_plural = _("agences")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["landlord", "code"], name="agency_code_per_landlord")
        ]

    def __str__(self) -> str:
        return self.name


class Site(LandlordRow):
    """A residence: several addresses that one team looks after, rated as a whole."""

    class State(models.TextChoices):
        """Whether the landlord still manages it."""

        MANAGED = "managed", _("en gestion")
        SOLD = "sold", _("vendu")
        DEMOLISHED = "demolished", _("démoli")
        MERGED = "merged", _("fusionné")

    class Placement(models.TextChoices):
        """How the site was placed in its territories, best first."""

        GEOMETRY = "geometry", _("par sa position")
        CODE = "code", _("par ses codes")
        COMMUNE = "commune", _("à la commune seulement")
        NONE = "none", _("non placé")

    wall_report_columns = (
        "id", "landlord_id", "key", "dwellings", "state", "departement_code", "commune_code", "iris_code", "qpv_code",
        "territory_ids", "published_level", "published_on", "geom",
    )  # fmt: skip

    key = models.UUIDField(_("clé"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code du bailleur"), max_length=60)
    name = models.CharField(_("nom"), max_length=160)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="sites")
    sector = models.CharField(_("secteur"), max_length=60, blank=True)
    address = models.CharField(_("adresse principale"), max_length=240, blank=True)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    commune_name = models.CharField(_("commune"), max_length=120, blank=True)
    dwellings = models.PositiveIntegerField(_("logements"), default=0)
    state = models.CharField(_("état"), max_length=12, choices=State, default=State.MANAGED)
    left_on = models.DateField(_("sorti du patrimoine le"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    geom = models.PointField(_("position"), srid=2154, null=True, blank=True, spatial_index=False)
    # Where the position falls on web maps, kept by PostgreSQL: tiles are read without reprojecting every site.
    tile_x = models.GeneratedField(
        expression=TileStep("geom", "x"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    tile_y = models.GeneratedField(
        expression=TileStep("geom", "y"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    departement_code = models.CharField(_("département"), max_length=3, blank=True)
    commune_code = models.CharField(_("code de commune"), max_length=5, blank=True)
    iris_code = models.CharField(_("IRIS"), max_length=9, blank=True)
    qpv_code = models.CharField(_("QPV"), max_length=8, blank=True)
    # Every territory of the catalogue that holds the site, custom ones included; kept by tenants.stock.placement.
    territory_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    placement = models.CharField(
        _("placement"), max_length=10, choices=Placement, default=Placement.NONE
    )

    # The current state; the history is in Publication and Assessment, which nobody can change.
    current_level = models.PositiveSmallIntegerField(
        _("niveau"), choices=LEVELS, null=True, blank=True
    )
    current_on = models.DateField(_("niveau validé le"), null=True, blank=True)
    published_level = models.PositiveSmallIntegerField(
        _("niveau publié"), choices=LEVELS, null=True, blank=True
    )
    published_on = models.DateField(_("publié le"), null=True, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["landlord", "code"], name="site_code_per_landlord"),
            models.UniqueConstraint(fields=["landlord", "id"], name="tenants_site_landlord_id_key"),
            models.CheckConstraint(
                condition=Q(current_level__isnull=True) | Q(current_level__range=(1, 4)),
                name="site_level_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(published_level__isnull=True) | Q(published_level__range=(1, 4)),
                name="site_published_level_1_to_4",
            ),
        ]
        indexes: ClassVar = [
            # btree_gist: the landlord first, so that a window on the map reads one landlord's boxes only.
            GistIndex(fields=["landlord", "geom"], name="site_landlord_geom"),
            models.Index(fields=["landlord", "name", "id"], name="site_landlord_name_id"),
            models.Index(fields=["landlord", "commune_code"], name="site_landlord_commune"),
            models.Index(
                fields=["departement_code", "published_level"], name="site_departement_level"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Address(LandlordRow):
    """One address of a site, with the dwellings counted at it."""

    class Quality(models.TextChoices):
        """How sure the position is, best first."""

        ENTRANCE = "entrance", _("à l’entrée")
        ADDRESS = "address", _("à l’adresse")
        STREET = "street", _("à la voie")
        COMMUNE = "commune", _("au centre de la commune")
        NONE = "none", _("sans position")

    site = models.ForeignKey(Site, models.CASCADE, related_name="addresses", verbose_name=_("site"))
    number = models.CharField(_("numéro"), max_length=12, blank=True)
    street = models.CharField(_("voie"), max_length=160)
    complement = models.CharField(_("complément"), max_length=120, blank=True)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    commune_code = models.CharField(_("code de commune"), max_length=5, blank=True)
    commune_name = models.CharField(_("commune"), max_length=120, blank=True)
    ban_id = models.CharField(_("clé d’interopérabilité BAN"), max_length=40, blank=True)
    rnb_id = models.CharField(_("identifiant RNB"), max_length=12, blank=True)
    dwellings = models.PositiveIntegerField(_("logements"), default=0)
    construction_year = models.PositiveSmallIntegerField(
        _("année de construction"), null=True, blank=True
    )
    geom = models.PointField(_("position"), srid=2154, null=True, blank=True)
    quality = models.CharField(
        _("qualité de la position"), max_length=10, choices=Quality, default=Quality.NONE
    )
    # What recognises the address at the next import: normalised number, street and commune.
    match_key = models.CharField(_("clé de rapprochement"), max_length=240)

    class Meta(LandlordRow.Meta):
        verbose_name = _("adresse")
        verbose_name_plural = _("adresses")
        ordering = ("street", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "site", "match_key"], name="address_once_per_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.street}".strip()


class AgencyAttachment(LandlordRow):
    """A member who works for one agency: the reach of agency directors and sector heads."""

    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="attachments")

    class Meta(LandlordRow.Meta):
        verbose_name = _("rattachement à une agence")
        verbose_name_plural = _("rattachements aux agences")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "membership", "agency"], name="attachment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.agency_id}"


class SiteAssignment(LandlordRow):
    """A site given to a caretaker."""

    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, related_name="assignments")

    class Meta(LandlordRow.Meta):
        verbose_name = _("affectation d’un site")
        verbose_name_plural = _("affectations des sites")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "membership", "site"], name="assignment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.site_id}"
