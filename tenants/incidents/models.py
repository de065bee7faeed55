"""Facts. No field for a person, ever: offences and victims are not this product's matter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.incidents.nomenclature import FAMILIES, SUBFAMILIES
from tenants.stock.models import Site
from tenants.wall.models import LandlordRow


class Incident(LandlordRow):
    """A fact observed on a site, classed by the project's own two-level nomenclature."""

    class Complaint(models.TextChoices):
        """What was filed: complaints are under-filed, so the absence is recorded too."""

        FILED = "filed", _("plainte")
        LOGGED = "logged", _("main courante")
        REFUSED = "refused", _("refus")
        UNKNOWN = "unknown", _("non renseigné")

    wall_report_columns = ("id", "landlord_id", "site_id", "occurred_on", "family", "subfamily")

    site = models.ForeignKey(Site, models.PROTECT, related_name="incidents")
    occurred_on = models.DateField(_("date du fait"))
    family = models.CharField(_("famille"), max_length=8, choices=FAMILIES)
    subfamily = models.CharField(_("sous-famille"), max_length=24, choices=SUBFAMILIES, blank=True)
    complaint = models.CharField(
        _("suite"), max_length=8, choices=Complaint, default=Complaint.UNKNOWN
    )
    source = models.CharField(_("source"), max_length=40, default="saisie")
    source_id = models.CharField(_("identifiant dans la source"), max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(LandlordRow.Meta):
        verbose_name = _("fait")
        verbose_name_plural = _("faits")
        ordering = ("-occurred_on", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "source", "source_id"],
                condition=~Q(source_id=""),
                name="incident_once_per_source",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["landlord", "site", "-occurred_on"], name="incident_site_recent")
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.occurred_on}"
