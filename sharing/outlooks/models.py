"""A partner's own view of a shared site or of a neighbourhood. Added, never changed: its history is kept."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.conventions.models import Convention
from sharing.meetings.models import PARTNER_READS_SITE, READS_SITE
from tenants.wall.models import PartyRow, Policy

# Conventions that give the organisation of the context something today.
LIVE: Final = "ANY ((SELECT shared.my_live_conventions())::bigint[])"
# Organisations that sit with that of the context in some forum.
FELLOWS: Final = "ANY ((SELECT shared.my_fellows())::bigint[])"

# Why a partner sees it so, by tick-box alone: no text, so that nobody can be written about. The project's own list.
REASONS: Final = [
    ("calls", _("appels et sollicitations")),
    ("facts", _("faits constatés")),
    ("complaints", _("plaintes")),
    ("trade", _("trafic installé")),
    ("gatherings", _("occupation de halls ou d’abords")),
    ("damage", _("dégradations")),
    ("staff", _("intervenants gênés dans leur travail")),
    ("residents", _("sentiment d’insécurité des habitants")),
    ("calmer", _("retour au calme observé")),
    ("little", _("peu de sollicitations")),
]


class Outlook(PartyRow):
    """One view, on one day: a level of 1 to 4 and ticked reasons."""

    wall_policies = (
        Policy("orsen_app", "SELECT",
               f"convention_id = {LIVE} AND (landlord_id = (SELECT wall.landlord()) OR organisation_id = {FELLOWS}) "
               f"AND {READS_SITE}"),
        Policy("orsen_partner", "SELECT",
               f"convention_id = {LIVE} AND (organisation_id = (SELECT wall.partner()) OR organisation_id = {FELLOWS}) "
               f"AND {PARTNER_READS_SITE}"),
        Policy("orsen_partner", "INSERT",
               "organisation_id = (SELECT wall.partner()) "
               "AND shared.may_view(convention_id, site_key, landlord_id, territory_id)"),
        Policy("orsen_coordinator", "SELECT", "false"),
    )  # fmt: skip

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("partenaire")
    )
    site_key = models.UUIDField(_("site"), null=True)
    landlord = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("bailleur")
    )
    territory = models.ForeignKey(
        "territory.Territory",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("quartier"),
    )
    level = models.PositiveSmallIntegerField(_("niveau vu"))
    reasons = ArrayField(
        models.CharField(max_length=12, choices=REASONS), verbose_name=_("motifs"), default=list
    )
    given_at = models.DateTimeField(_("donné le"), default=timezone.now)

    class Meta(PartyRow.Meta):
        verbose_name = _("regard")
        verbose_name_plural = _("regards")
        ordering = ("-given_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="outlook_level_1_to_4"),
            models.CheckConstraint(
                condition=Q(site_key__isnull=False, landlord__isnull=False, territory__isnull=True)
                | Q(site_key__isnull=True, landlord__isnull=True, territory__isnull=False),
                name="outlook_on_a_site_or_a_neighbourhood",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "site_key", "-given_at"], name="outlook_on_site")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.level}"
