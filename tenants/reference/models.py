"""Addresses of the open RPLS file: what any landlord's stock can be completed and checked against."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from tenants.stock.models import Address


class ReferenceAddress(models.Model):
    """One address of the register at one 1 January, dwellings of all landlords together. Position in EPSG:2154."""

    wall: ClassVar[str] = "common"

    vintage = models.PositiveSmallIntegerField(_("millésime"))
    match_key = models.CharField(_("clé de rapprochement"), max_length=240)
    number = models.CharField(_("numéro"), max_length=12, blank=True)
    street = models.CharField(_("voie"), max_length=160)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    # The whole commune (75056), and the arrondissement where the register says it (75109).
    commune_code = models.CharField(_("code de commune"), max_length=5, blank=True)
    arrondissement_code = models.CharField(_("arrondissement"), max_length=5, blank=True)
    commune_name = models.CharField(_("commune"), max_length=120, blank=True)
    departement_code = models.CharField(_("département"), max_length=3, blank=True)
    dwellings = models.PositiveIntegerField(_("logements"))
    construction_year = models.PositiveSmallIntegerField(_("année de construction"), null=True)
    iris_code = models.CharField(_("IRIS"), max_length=9, blank=True)
    qpv_code = models.CharField(_("QPV"), max_length=8, blank=True)
    geom = models.PointField(_("position"), srid=2154, null=True, spatial_index=False)
    quality = models.CharField(
        _("qualité de la position"), max_length=10, choices=Address.Quality, default="none"
    )

    class Meta:
        verbose_name = _("adresse du répertoire")
        verbose_name_plural = _("adresses du répertoire")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vintage", "match_key"], name="reference_address_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["vintage", "commune_code"], name="reference_commune")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.street}".strip()
