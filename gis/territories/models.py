"""Territories and the product's own base layer; both are common to every reader."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from gis.territories.querysets import TerritoryQuerySet

LAMBERT_93 = 2154


class TerritoryKind(models.TextChoices):
    """What a territory is."""

    DEPARTEMENT = "departement", _("Département")
    COMMUNE = "commune", _("Commune")
    IRIS = "iris", _("IRIS")
    QPV = "qpv", _("Quartier prioritaire (QPV)")
    ZONE = "zone", _("Zone regroupée")
    CUSTOM = "custom", _("Territoire personnalisé")


class IrisType(models.TextChoices):
    """INSEE's TYP_IRIS; empty for every other kind."""

    HOUSING = "H", _("Habitat")
    ACTIVITY = "A", _("Activité")
    DIVERSE = "D", _("Divers")
    WHOLE_COMMUNE = "Z", _("Commune non découpée")


# How the official codes of each kind are formed; the database refuses anything else.
CODE_PATTERNS: dict[str, str] = {
    TerritoryKind.DEPARTEMENT: r"^(0[1-9]|[1-8][0-9]|9[0-689]|2[AB]|97[1-9])$",
    TerritoryKind.COMMUNE: r"^([0-9]{2}|2[AB])[0-9]{3}$",
    TerritoryKind.IRIS: r"^([0-9]{2}|2[AB])[0-9]{7}$",
    TerritoryKind.QPV: r"^Q[NP]([0-9]{3}|02[AB])[0-9]{2,3}[A-Z]?$",
}


class Territory(models.Model):
    """A piece of land with a code, at one vintage. Geometry in EPSG:2154 (Lambert 93, metres)."""

    wall: ClassVar[str] = "common"

    kind = models.CharField(_("nature"), max_length=12, choices=TerritoryKind)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("nom"), max_length=200)
    vintage = models.PositiveSmallIntegerField(_("millésime"))
    geom = models.MultiPolygonField(_("contour"), srid=LAMBERT_93, spatial_index=False)
    area_m2 = models.GeneratedField(
        verbose_name=_("superficie (m²)"),
        expression=Func(F("geom"), function="ST_Area", output_field=models.FloatField()),
        output_field=models.FloatField(),
        db_persist=True,
    )
    departement_code = models.CharField(_("département"), max_length=3, blank=True)
    commune_codes = ArrayField(
        models.CharField(max_length=5), verbose_name=_("communes"), default=list, blank=True
    )
    iris_type = models.CharField(_("type d’IRIS"), max_length=1, choices=IrisType, blank=True)
    repaired = models.BooleanField(_("contour réparé"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects: ClassVar[models.Manager[Territory]] = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["kind", "code", "vintage"]
        indexes = [
            GistIndex(fields=["geom"], name="territory_geom"),
            GinIndex(fields=["commune_codes"], name="territory_communes"),
            models.Index(fields=["kind", "departement_code", "vintage"], name="territory_vintages"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["kind", "code", "vintage"], name="territory_code_once_a_vintage"
            ),
            CheckConstraint(
                condition=Q(kind__in=TerritoryKind.values), name="territory_kind_known"
            ),
            CheckConstraint(
                condition=Q(vintage__range=(1900, 2200)), name="territory_vintage_is_a_year"
            ),
            CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="territory_is_named"),
            CheckConstraint(condition=Q(geom__isvalid=True), name="territory_geom_is_valid"),
            CheckConstraint(
                condition=Q(iris_type="") | Q(kind="iris", iris_type__in=IrisType.values),
                name="territory_iris_type_known",
            ),
            *(
                CheckConstraint(
                    condition=~Q(kind=str(kind)) | Q(code__regex=pattern),
                    name=f"territory_{kind}_code",
                )
                for kind, pattern in CODE_PATTERNS.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code}, {self.vintage})"


class BaseFeatureKind(models.TextChoices):
    """What the product's own base layer draws under the territories."""

    WATER = "water", _("Eau")
    STREET = "street", _("Rue")
    PARK = "park", _("Parc")


class BaseFeature(models.Model):
    """One drawing of the base layer, EPSG:2154. Rank 1 is drawn from afar, larger ones nearer."""

    wall: ClassVar[str] = "common"

    kind = models.CharField(_("nature"), max_length=8, choices=BaseFeatureKind)
    geom = models.GeometryField(_("tracé"), srid=LAMBERT_93, spatial_index=False)
    name = models.CharField(_("nom"), max_length=120, blank=True)
    rank = models.PositiveSmallIntegerField(_("rang"), default=1)

    class Meta:
        verbose_name = _("élément du fond de carte")
        verbose_name_plural = _("fond de carte")
        ordering = ["kind", "rank", "id"]
        indexes = [GistIndex(fields=["geom"], name="base_feature_geom")]
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=BaseFeatureKind.values), name="base_feature_kind_known"
            ),
            CheckConstraint(condition=Q(rank__range=(1, 9)), name="base_feature_rank_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
