"""A release: protected aggregates of one convention's closed round. Immutable once built; withdrawn, never edited."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.conventions.models import HELD, Convention
from sharing.rounds.models import CampaignRound
from tenants.wall.models import PartyRow, Policy

PUBLISHED = "published_at IS NOT NULL AND withdrawn_at IS NULL"
# A party reads a release while the convention lives and gives it at least the released figures.
RECIPIENT = "convention_id = ANY ((SELECT shared.conventions_giving('neighbourhood'))::bigint[])"


class Release(PartyRow):
    """The protected figures of a round, by neighbourhood of one geography."""

    wall_policies = (
        Policy("orsen_app", "SELECT", f"{PUBLISHED} AND {RECIPIENT}"),
        Policy("orsen_partner", "SELECT", f"{PUBLISHED} AND {RECIPIENT}"),
        Policy("orsen_coordinator", "SELECT,UPDATE", f"convention_id = {HELD}"),
    )
    wall_report_writes = True

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="releases")
    round = models.ForeignKey(CampaignRound, models.PROTECT, related_name="releases")
    previous_round = models.ForeignKey(CampaignRound, models.PROTECT, null=True, related_name="+")
    geography = models.CharField(_("géographie"), max_length=8)
    vintage = models.PositiveSmallIntegerField(_("millésime"))
    rules = models.JSONField(_("règles appliquées"))  # thresholds, never p
    built_at = models.DateTimeField(_("calculée le"), default=timezone.now)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    # Share of the dwellings that lie in a published neighbourhood, 0..1.
    coverage = models.FloatField(_("part des logements en quartier publié"))

    class Meta(PartyRow.Meta):
        verbose_name = _("diffusion")
        verbose_name_plural = _("diffusions")
        ordering = ("-built_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(coverage__range=(0, 1)), name="release_coverage_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.geography}"


class ReleaseLedger(PartyRow):
    """What a release told, and of which sites: read by the login that builds releases and by nobody else."""

    wall_policies = (Policy("orsen_coordinator", "SELECT", "false"),)
    wall_report_writes = True

    release = models.OneToOneField(Release, models.CASCADE, related_name="+")
    # [{"items": [item, …], "sites": [[site, group, level, dwellings, département, commune, neighbourhood], …]}, …]
    told = models.JSONField(_("chiffres dits"))

    class Meta(PartyRow.Meta):
        verbose_name = _("registre d’une diffusion")
        verbose_name_plural = _("registres des diffusions")

    def __str__(self) -> str:
        return str(self.release_id)


class ReleasedNeighbourhood(PartyRow):
    """One territory of a release (neighbourhood, commune or département): published, or withheld (masqué)."""

    wall_policies = (
        Policy(
            "orsen_app", "SELECT", "id = ANY ((SELECT shared.readable_neighbourhoods())::bigint[])"
        ),
        Policy(
            "orsen_partner",
            "SELECT",
            "id = ANY ((SELECT shared.readable_neighbourhoods())::bigint[])",
        ),
        Policy(
            "orsen_coordinator",
            "SELECT",
            "id = ANY ((SELECT shared.readable_neighbourhoods())::bigint[])",
        ),
    )
    wall_report_writes = True

    release = models.ForeignKey(Release, models.CASCADE, related_name="neighbourhoods")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    is_withheld = models.BooleanField(_("masqué"))
    # Neighbourhoods of one number are published together: each row holds the figures of them all.
    zone = models.PositiveSmallIntegerField(_("regroupement"), null=True)
    # None when withheld: a withheld figure is neither zero nor small. {"total": n, "1-2": n, "3-4": n, "1": n, …, "4": n};
    # a level that is withheld while its band is told is None.
    sites = models.JSONField(_("sites par niveau"), null=True)
    dwellings = models.JSONField(_("logements par niveau"), null=True)
    groups = models.PositiveSmallIntegerField(_("groupes de bailleurs"), null=True)
    # Dwellings are multiples of it; None when withheld, or where only sites are told by level.
    step = models.PositiveSmallIntegerField(_("arrondi des logements"), null=True)
    # {"before": {"1-2": n, "3-4": n}}: the sites that the earlier round's release told of the same territories; None where
    # it told none. Rows of releases made before hold steps from level to level, which are no longer shown.
    evolution = models.JSONField(_("évolution"), null=True)
    # Facts of twelve months {"total": n, "BIENS": n, …}, None where a figure is withheld; None when all are.
    facts = models.JSONField(_("faits par famille"), null=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("quartier diffusé")
        verbose_name_plural = _("quartiers diffusés")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "territory"], name="neighbourhood_once_per_release"),
            models.CheckConstraint(
                condition=Q(is_withheld=True, sites__isnull=True, dwellings__isnull=True, groups__isnull=True,
                            evolution__isnull=True)
                | Q(is_withheld=False, sites__isnull=False, dwellings__isnull=False, groups__isnull=False),
                name="withheld_holds_no_figure",
            ),
            models.CheckConstraint(
                condition=Q(is_withheld=False) | Q(facts__isnull=True), name="withheld_tells_no_fact"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.release_id}/{self.territory_id}"
