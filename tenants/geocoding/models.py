"""The national base of addresses (BAN), and what each landlord was answered for its own addresses."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow


class BanAddress(models.Model):
    """One address of the national base. Position in EPSG:2154."""

    wall: ClassVar[str] = "common"

    ban_id = models.CharField(_("clé d’interopérabilité"), max_length=40)
    departement_code = models.CharField(_("département"), max_length=3)
    # The whole commune and the words of the street without articles (tenants.geocoding.matching.street_key).
    street_key = models.CharField(_("clé de la voie"), max_length=200)
    number = models.CharField(_("numéro"), max_length=12)
    street = models.CharField(_("voie"), max_length=200)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    commune_name = models.CharField(_("commune"), max_length=120, blank=True)
    entrance = models.BooleanField(_("position à l’entrée"), default=False)
    geom = models.PointField(_("position"), srid=2154, spatial_index=False)

    class Meta:
        verbose_name = _("adresse de la BAN")
        verbose_name_plural = _("adresses de la BAN")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ban_id"], name="ban_address_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["street_key", "number"], name="ban_street_number"),
            models.Index(fields=["departement_code"], name="ban_departement"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.street}".strip()


class GeocodedAddress(LandlordRow):
    """The last answer for one address of a landlord: kept so that nothing is asked twice, and to be decided upon.

    Each landlord's own: what somebody asked for tells where it has dwellings.
    """

    class Kind(models.TextChoices):
        """What the position is of, as geocoders say it."""

        HOUSE_NUMBER = "housenumber", _("numéro")
        STREET = "street", _("voie")
        LOCALITY = "locality", _("lieu-dit")
        MUNICIPALITY = "municipality", _("commune")
        NOTHING = "", _("rien")

    class Source(models.TextChoices):
        """Who answered."""

        BAN = "ban", _("BAN importée")
        SERVICE = "service", _("service de géocodage")
        HAND = "hand", _("placée à la main")

    class State(models.TextChoices):
        """What became of the answer."""

        APPLIED = "applied", _("appliquée")
        DOUBTFUL = "doubtful", _("à vérifier")
        NOTHING = "nothing", _("non trouvée")
        LEFT = "left", _("laissée")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    match_key = models.CharField(_("clé de rapprochement"), max_length=240)
    source = models.CharField(_("source"), max_length=8, choices=Source)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind, blank=True)
    score = models.PositiveSmallIntegerField(_("score sur 100"), default=0)
    label = models.CharField(_("adresse trouvée"), max_length=240, blank=True)
    ban_id = models.CharField(_("clé d’interopérabilité"), max_length=40, blank=True)
    geom = models.PointField(_("position"), srid=2154, null=True, spatial_index=False)
    entrance = models.BooleanField(_("position à l’entrée"), default=False)
    state = models.CharField(_("suite"), max_length=8, choices=State)
    # A service was asked: it is not asked again for this address.
    asked_service = models.BooleanField(default=False)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta(LandlordRow.Meta):
        verbose_name = _("adresse géocodée")
        verbose_name_plural = _("adresses géocodées")
        ordering = ("match_key",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["landlord", "match_key"], name="geocoded_address_once")
        ]

    def __str__(self) -> str:
        return self.label or self.match_key
