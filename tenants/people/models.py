"""Stand-ins, places that wait for an invitation to be accepted, and the journal of both."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow


class StandIn(LandlordRow):
    """For some days, one member also reaches what another one does. By date, from the next request on.

    It lends the places (agencies, sites), never the role: the stand-in may do there what her own role allows.
    """

    absent = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    stand_in = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("écourté le"), null=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("remplacement")
        verbose_name_plural = _("remplacements")
        ordering = ("-starts_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="stand_in_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("stand_in")), name="stand_in_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent_id} → {self.stand_in_id}, {self.starts_on}–{self.ends_on}"

    @property
    def is_current(self) -> bool:
        """Whether it counts today."""
        return self.ended_at is None and self.starts_on <= timezone.localdate() <= self.ends_on

    @property
    def is_over(self) -> bool:
        """Whether it will never count again."""
        return self.ended_at is not None or self.ends_on < timezone.localdate()


class PendingPlace(LandlordRow):
    """The places that an invited person gets with the membership, once she accepts."""

    invitation = models.OneToOneField(
        "accounts.Invitation", models.CASCADE, related_name="+", verbose_name=_("invitation")
    )
    agency_ids = ArrayField(models.BigIntegerField(), default=list)
    site_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta(LandlordRow.Meta):
        verbose_name = _("affectation en attente")
        verbose_name_plural = _("affectations en attente")

    def __str__(self) -> str:
        return f"{self.invitation_id}"


class PlaceChange(LandlordRow):
    """The journal: who changed whose places, when, how. Append-only."""

    class Kind(models.TextChoices):
        """What was done."""

        AGENCIES = "agencies", _("agences")
        SITES = "sites", _("sites")
        LENT = "lent", _("remplacement")
        LENT_ENDED = "lent_ended", _("remplacement écourté")

    wall_append_only = True

    at = models.DateTimeField(_("le"), default=timezone.now)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)
    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    detail = models.CharField(_("détail"), max_length=200)

    class Meta(LandlordRow.Meta):
        verbose_name = _("changement d’affectation")
        verbose_name_plural = _("changements d’affectation")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
