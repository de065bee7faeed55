"""Campaigns and what they collect. Assessments and publications are append-only: history is never rewritten."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.stock.models import LEVELS, Site
from tenants.wall.models import LandlordRow


class Grid(models.Model):
    """A version of the classification aid: criteria, their degrees, the level each answer suggests.

    The official table is not public: this one is the project's own and says so on screen. A version that a campaign
    uses never changes; a change makes the next version.
    """

    wall = "common"
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("titre"), max_length=120)
    # {"criteria": [{"code", "label", "help", "degrees": [{"value": 1..4, "label", "example"}]}], "levels": [...]}
    definition = models.JSONField(_("définition"))
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("grille")
        verbose_name_plural = _("grilles")
        ordering = ("code", "-version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="grid_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"


class Campaign(LandlordRow):
    """A collection of ratings over the landlord's stock as it stood on one day."""

    class State(models.TextChoices):
        """Where the campaign stands; it only moves forward, except for a reopening with a reason."""

        DRAFT = "draft", _("en préparation")
        OPEN = "open", _("ouverte")
        CLOSED = "closed", _("close")
        PUBLISHED = "published", _("publiée")

    wall_report_columns = (
        "id",
        "landlord_id",
        "key",
        "round_key",
        "state",
        "reference_date",
        "closed_at",
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120)
    grid = models.ForeignKey(Grid, models.PROTECT, verbose_name=_("grille"))
    # The landlord's own grid that it is rated on, in a published version; none for the common grid.
    own_grid = models.ForeignKey(
        "tenants.OwnGrid", models.PROTECT, null=True, blank=True, verbose_name=_("grille propre")
    )
    reference_date = models.DateField(_("patrimoine au"))
    opens_on = models.DateField(_("ouverture"))
    closes_on = models.DateField(_("clôture prévue"))
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    reopening_reason = models.CharField(_("motif de réouverture"), max_length=240, blank=True)
    # The convention's campaign that this one answers, when there is one (sharing.CampaignRound.key).
    round_key = models.UUIDField(null=True, blank=True, db_index=True)
    # The member who lets the coordination of that convention ask for its pre-filled file, never see it.
    file_mandate = models.ForeignKey(
        "accounts.Membership", models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("mandat du fichier pré-rempli"),
    )  # fmt: skip
    # The départements whose sites it rates: those of the convention it answers; empty for the whole stock.
    departement_codes = ArrayField(
        models.CharField(max_length=3), verbose_name=_("départements"), default=list, blank=True
    )

    class Meta(LandlordRow.Meta):
        verbose_name = _("campagne")
        verbose_name_plural = _("campagnes")
        ordering = ("-reference_date",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")),
                name="campaign_closes_after_opening",
            ),
            models.UniqueConstraint(
                fields=["landlord", "round_key"],
                condition=Q(round_key__isnull=False),
                name="campaign_once_per_round",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignSite(LandlordRow):
    """A site as the campaign found it: the stock is frozen at the opening."""

    wall_report_columns = (
        "id", "landlord_id", "campaign_id", "site_id", "dwellings", "departement_code", "commune_code", "iris_code",
        "qpv_code", "territory_ids", "level",
    )  # fmt: skip

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sites")
    site = models.ForeignKey(Site, models.PROTECT, related_name="campaign_sites")
    dwellings = models.PositiveIntegerField(_("logements"))
    departement_code = models.CharField(max_length=3, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    iris_code = models.CharField(max_length=9, blank=True)
    qpv_code = models.CharField(max_length=8, blank=True)
    territory_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # The level that the campaign ended with: the last validated assessment, after its counter-visit.
    level = models.PositiveSmallIntegerField(
        _("niveau retenu"), choices=LEVELS, null=True, blank=True
    )
    decided_at = models.DateTimeField(_("retenu le"), null=True, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("site d’une campagne")
        verbose_name_plural = _("sites d’une campagne")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "campaign", "site"], name="campaign_site_once"
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 4)),
                name="campaign_site_level_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.site_id}"


class Assessment(LandlordRow):
    """One rating of one site by one person. Append-only; the key comes from the phone and is accepted once."""

    class Kind(models.TextChoices):
        """Who rates: the usual team, or the security direction after a level 4."""

        FIRST = "first", _("cotation")
        COUNTER_VISIT = "counter_visit", _("contre-visite")

    wall_append_only = True
    wall_deletable = "file_import_id IS NOT NULL"
    wall_purged = (("internal_comment", "shared_comment", "reason_to_differ"), "received_at")

    key = models.UUIDField(_("clé"), unique=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="assessments")
    site = models.ForeignKey(Site, models.PROTECT, related_name="assessments")
    kind = models.CharField(_("nature"), max_length=14, choices=Kind, default=Kind.FIRST)
    criteria = models.JSONField(
        _("critères")
    )  # {"nature_gravity": 1..4, "frequency": …, "equipment": …, "service": …}
    # On a landlord's own grid, what was said on it: {"answers": {code: place}, "level": place, "suggested": place}.
    own_answers = models.JSONField(_("réponses sur la grille propre"), null=True, blank=True)
    ticks = models.JSONField(
        _("constats"), default=list, blank=True
    )  # codes of the grid's tick-boxes
    suggested_level = models.PositiveSmallIntegerField(
        _("niveau proposé par la grille"), choices=LEVELS
    )
    level = models.PositiveSmallIntegerField(_("niveau donné"), choices=LEVELS)
    reason_to_differ = models.CharField(_("motif de l’écart"), max_length=240, blank=True)
    internal_comment = models.CharField(_("commentaire interne"), max_length=500, blank=True)
    shared_comment = models.CharField(_("commentaire à partager"), max_length=500, blank=True)
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rated_at = models.DateTimeField(_("cotée le"), default=timezone.now)
    received_at = models.DateTimeField(_("reçue le"), default=timezone.now, editable=False)
    is_late = models.BooleanField(_("reçue après la clôture"), default=False)
    # The file that it came from, if any: only then may it be taken back (docs/decisions/imported-ratings.md).
    file_import = models.ForeignKey(
        "tenants.FileImport", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(LandlordRow.Meta):
        verbose_name = _("cotation")
        verbose_name_plural = _("cotations")
        ordering = ("-rated_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level__range=(1, 4), suggested_level__range=(1, 4)),
                name="assessment_level_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(level=models.F("suggested_level")) | ~Q(reason_to_differ=""),
                name="assessment_says_why_it_differs",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["landlord", "site", "-rated_at"], name="assessment_site_recent")
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.level}"


class Decision(LandlordRow):
    """What was decided on a rating: validated, set aside, or sent to a counter-visit. Append-only."""

    class Outcome(models.TextChoices):
        """The decision."""

        VALIDATED = "validated", _("validée")
        SET_ASIDE = "set_aside", _("écartée")

    wall_append_only = True
    wall_deletable = "file_import_id IS NOT NULL"
    wall_purged = (("reason",), "decided_at")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("décision"), max_length=12, choices=Outcome)
    reason = models.CharField(_("motif"), max_length=240, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("décidée le"), default=timezone.now)
    # The file that it came from, if any: only then may it be taken back (docs/decisions/imported-ratings.md).
    file_import = models.ForeignKey(
        "tenants.FileImport", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(LandlordRow.Meta):
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ("-decided_at", "-pk")

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.outcome}"


class CounterVisit(LandlordRow):
    """The second look that every level 4 gets, by the security direction, never by the person who rated."""

    class State(models.TextChoices):
        """Where it stands."""

        PENDING = "pending", _("à faire")
        CONFIRMED = "confirmed", _("niveau confirmé")
        CORRECTED = "corrected", _("niveau corrigé")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="counter_visits")
    site = models.ForeignKey(Site, models.PROTECT, related_name="counter_visits")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="counter_visit_asked")
    result = models.ForeignKey(
        Assessment, models.PROTECT, null=True, blank=True, related_name="counter_visit_given"
    )
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.PENDING)
    due_on = models.DateField(_("à faire avant le"))
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("faite le"), null=True, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("contre-visite")
        verbose_name_plural = _("contre-visites")
        ordering = ("due_on",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "campaign", "site"],
                condition=Q(state="pending"),
                name="one_pending_counter_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.state}"


class Publication(LandlordRow):
    """A level that partners may read from that moment on. Append-only."""

    wall_append_only = True
    wall_report_columns = (
        "id",
        "landlord_id",
        "site_id",
        "campaign_id",
        "level",
        "previous_level",
        "published_at",
    )

    site = models.ForeignKey(Site, models.PROTECT, related_name="publications")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="publications")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(_("niveau"), choices=LEVELS)
    previous_level = models.PositiveSmallIntegerField(
        _("niveau précédent"), choices=LEVELS, null=True
    )
    published_at = models.DateTimeField(_("publié le"), default=timezone.now)

    class Meta(LandlordRow.Meta):
        verbose_name = _("publication d’un niveau")
        verbose_name_plural = _("publications des niveaux")
        ordering = ("-published_at", "-pk")
        indexes: ClassVar = [
            models.Index(
                fields=["landlord", "site", "-published_at"], name="publication_site_recent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.level}"
