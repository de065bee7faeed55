"""An announcement: a landlord's word that its neighbours may know of an intervention that it plans."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from tenants.wall.models import PartyRow, Policy

OWN = "landlord_id = (SELECT wall.landlord())"


class Announcement(PartyRow):
    """Read by the landlord that made it; its neighbours read what `shared.announced_near()` makes of it for each.

    Dates and state are those of the intervention at the moment of reading. The landlord learns nothing of who is told.
    """

    class Metres(models.IntegerChoices):
        """Who is a neighbour: whoever has a site within that distance of a site of the intervention."""

        NEAR = 300, _("300 m")
        MIDDLE = 500, _("500 m")
        FAR = 1000, _("1 km")

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT", OWN),
        Policy("orsen_app", "UPDATE", OWN, columns=("withdrawn_at",)),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    landlord = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    intervention_key = models.UUIDField(editable=False)
    metres = models.PositiveSmallIntegerField(_("distance"), choices=Metres)
    made_at = models.DateTimeField(_("annoncée le"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("annonce d’une intervention")
        verbose_name_plural = _("annonces d’interventions")
        ordering = ("-made_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "intervention_key"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_announcement",
            ),
            models.CheckConstraint(
                condition=Q(metres__in=[300, 500, 1000]), name="announcement_distance_is_stated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.landlord_id}: {self.intervention_key}"
