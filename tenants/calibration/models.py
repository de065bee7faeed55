"""Vignettes (common, versioned, kept by the coordination) and what each landlord's people answer (walled)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.stock.models import LEVELS
from tenants.wall.models import LandlordRow


class VignetteSet(models.Model):
    """A version of the situations. Once open it never changes: a change makes the next version."""

    class State(models.TextChoices):
        """Written, answered, over. One version at most is open."""

        DRAFT = "draft", _("en préparation")
        OPEN = "open", _("ouverte")
        CLOSED = "closed", _("close")

    wall = "common"
    wall_writers = ("orsen_web", "orsen_coordinator")

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)

    class Meta:
        verbose_name = _("série de situations")
        verbose_name_plural = _("séries de situations")
        ordering = ("-version",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="open"), name="one_open_vignette_set"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class Vignette(models.Model):
    """A situation of an invented site, told in a few sentences."""

    wall = "common"
    wall_writers = ("orsen_web", "orsen_coordinator")

    vignette_set = models.ForeignKey(VignetteSet, models.CASCADE, related_name="vignettes")
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=80)
    text = models.TextField(_("situation"), max_length=1500)

    class Meta:
        verbose_name = _("situation")
        verbose_name_plural = _("situations")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vignette_set", "number"], name="vignette_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class VignetteAnswer(LandlordRow):
    """What one person answered to one situation, before any suggestion was shown. Append-only."""

    wall_append_only = True

    # PostgreSQL refuses to drop an answered one; Django would read the answers first, which the coordination may not.
    vignette = models.ForeignKey(Vignette, models.DO_NOTHING, related_name="answers")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    criteria = models.JSONField(_("critères"))  # {"nature_gravity": 1..4, …} as of a rating
    suggested_level = models.PositiveSmallIntegerField(_("niveau de la grille"), choices=LEVELS)
    level = models.PositiveSmallIntegerField(_("niveau donné"), choices=LEVELS)
    answered_at = models.DateTimeField(_("répondu le"), default=timezone.now, editable=False)

    class Meta(LandlordRow.Meta):
        verbose_name = _("réponse à une situation")
        verbose_name_plural = _("réponses aux situations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "vignette", "rater"], name="vignette_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4), suggested_level__range=(1, 4)),
                name="vignette_answer_level_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vignette_id}: {self.level}"
