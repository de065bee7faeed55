"""Levers (the landlord's catalogue) and interventions on sites."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.stock.models import Site
from tenants.wall.models import LandlordRow

# The eight axes of the A-TFPB national frame; 5 is "tranquillité résidentielle".
ATFPB_AXES = [
    (1, _("Présence du personnel de proximité")),
    (2, _("Formation et soutien des personnels")),
    (3, _("Sur-entretien")),
    (4, _("Déchets, encombrants, épaves")),
    (5, _("Tranquillité résidentielle")),
    (6, _("Concertation avec les locataires")),
    (7, _("Animation et vivre ensemble")),
    (8, _("Petits travaux")),
]


class Lever(LandlordRow):
    """A kind of action that the landlord may take, and the levels it is meant for."""

    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("libellé"), max_length=120)
    from_level = models.PositiveSmallIntegerField(_("à partir du niveau"), default=1)
    # No longer offered; interventions that use it keep it.
    is_retired = models.BooleanField(_("retiré du catalogue"), default=False)

    class Meta(LandlordRow.Meta):
        verbose_name = _("levier")
        verbose_name_plural = _("leviers")
        ordering = ("label",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["landlord", "code"], name="lever_code_per_landlord")
        ]

    def __str__(self) -> str:
        return self.label


class Intervention(LandlordRow):
    """An action on one or several sites, planned, under way or done."""

    class Status(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("prévue")
        UNDER_WAY = "under_way", _("en cours")
        DONE = "done", _("terminée")
        ABANDONED = "abandoned", _("abandonnée")

    wall_report_columns = ("id", "landlord_id", "key", "status", "starts_on", "ends_on", "axis")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("intitulé"), max_length=160)
    lever = models.ForeignKey(Lever, models.PROTECT, verbose_name=_("levier"))
    status = models.CharField(_("état"), max_length=10, choices=Status, default=Status.PLANNED)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"), null=True, blank=True)
    cost_euros = models.PositiveIntegerField(_("coût (€)"), null=True, blank=True)
    axis = models.PositiveSmallIntegerField(
        _("axe A-TFPB"), choices=ATFPB_AXES, null=True, blank=True
    )
    effect = models.CharField(_("effet observé"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=40, default="saisie")
    source_id = models.CharField(_("identifiant dans la source"), max_length=80, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ("-starts_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="intervention_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["landlord", "source", "source_id"],
                condition=~Q(source_id=""),
                name="intervention_once_per_source",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InterventionSite(LandlordRow):
    """A site that an intervention covers."""

    wall_report_columns = ("id", "landlord_id", "intervention_id", "site_id")

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="site_links")
    site = models.ForeignKey(Site, models.PROTECT, related_name="intervention_links")

    class Meta(LandlordRow.Meta):
        verbose_name = _("site d’une intervention")
        verbose_name_plural = _("sites d’une intervention")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "intervention", "site"], name="intervention_site_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intervention_id}/{self.site_id}"
