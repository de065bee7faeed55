"""Stored results of the spatial statistics: one run, and the sites that it names."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis.statistics.local import Finding
from tenants.stock.models import Site
from tenants.wall.models import LandlordRow


class Measure(models.TextChoices):
    """What was looked at, and by which statistic."""

    GRAVE = "grave", _("sites de niveau 3 ou 4")  # Gi*
    FACTS = "facts", _("faits pour 100 logements")  # Gi*
    CONTRAST = "contrast", _("écart avec les voisins")  # local Moran
    LEVEL_4 = "level_4", _("voisinage de niveaux 4")  # join counts


class SpatialRun(LandlordRow):
    """One computation over the landlord's whole stock. `refusals`: measure → why it was not computed."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(_("calculé le"), default=timezone.now)
    radius_m = models.PositiveIntegerField(_("rayon (m)"))
    facts_from = models.DateField(_("faits depuis le"))
    permutations = models.PositiveIntegerField()
    site_count = models.PositiveIntegerField(_("sites placés et cotés"))
    isolated_count = models.PositiveIntegerField(_("sites sans voisin"))
    refusals = models.JSONField(default=dict, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("calcul des points chauds")
        verbose_name_plural = _("calculs des points chauds")
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} ({self.site_count})"


class SpatialFinding(LandlordRow):
    """A site that stands out: the figures behind the sentence that the pages say."""

    FINDINGS = (
        (Finding.HOT.value, _("point chaud")),
        (Finding.COLD.value, _("point calme")),
        (Finding.LOW_AMONG_HIGH.value, _("à surveiller")),
        (Finding.HIGH_AMONG_LOW.value, _("isolé parmi des sites calmes")),
        (Finding.JOINED.value, _("foyer de niveau 4")),
    )

    run = models.ForeignKey(SpatialRun, models.CASCADE, related_name="findings")
    site = models.ForeignKey(Site, models.CASCADE, related_name="spatial_findings")
    measure = models.CharField(_("mesure"), max_length=10, choices=Measure)
    finding = models.CharField(_("constat"), max_length=16, choices=FINDINGS)
    value = models.FloatField()  # z of Gi*, local I, or number of joins
    p = models.FloatField()  # pseudo-significance
    q = models.FloatField()  # after the control of false discoveries
    neighbours = models.PositiveIntegerField(_("voisins"))

    class Meta(LandlordRow.Meta):
        verbose_name = _("site remarqué")
        verbose_name_plural = _("sites remarqués")
        ordering = ("q", "-neighbours", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "run", "site", "measure"], name="finding_once_per_measure"
            ),
            models.CheckConstraint(
                condition=Q(q__gte=0) & Q(q__lte=1) & Q(p__gte=0) & Q(p__lte=1),
                name="finding_shares_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.finding}"
