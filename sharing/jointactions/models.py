"""A joint action and the sites it is about."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.meetings.models import KEEPS, PARTNER_READS_SITE, READS_SITE, SITS, Forum
from tenants.wall.models import PartyRow, Policy

# Ticked, so that a few words are enough; the project's own lists.
PROBLEMS: Final = [
    ("gatherings", _("occupation de halls ou d’abords")),
    ("trade", _("trafic")),
    ("damage", _("dégradations")),
    ("vehicles", _("épaves, rodéos, mécanique sauvage")),
    ("dumping", _("dépôts et encombrants")),
    ("assaults", _("atteintes aux personnels")),
    ("squats", _("occupations sans titre")),
    ("neighbours", _("troubles de voisinage")),
    ("equipment", _("équipements hors service")),
]
STEPS: Final = [
    ("patrols", _("passages de police")),
    ("operation", _("opération conjointe")),
    ("mediation", _("médiation sociale")),
    ("access", _("contrôle d’accès")),
    ("lighting", _("éclairage")),
    ("removal", _("enlèvements")),
    ("works", _("travaux")),
    ("presence", _("présence de proximité")),
    ("complaints", _("accompagnement des dépôts de plainte")),
]


class JointAction(PartyRow):
    """A problem, who works on it, what they do, who answers for it, until when, and whether it was solved."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("en cours")
        SOLVED = "solved", _("résolue")
        UNSOLVED = "unsolved", _("close sans résultat")

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT,UPDATE", f"forum_id = {SITS}"),
        Policy("orsen_partner", "SELECT,INSERT,UPDATE", f"forum_id = {SITS}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE", f"forum_id = {KEEPS}"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    forum = models.ForeignKey(Forum, models.CASCADE, related_name="actions")
    problems = ArrayField(
        models.CharField(max_length=12, choices=PROBLEMS), verbose_name=_("problème"), default=list
    )
    text = models.CharField(_("en quelques mots"), max_length=200, blank=True)
    steps = ArrayField(
        models.CharField(max_length=12, choices=STEPS), verbose_name=_("actions"), default=list
    )
    partner_ids = ArrayField(models.BigIntegerField(), verbose_name=_("partenaires"), default=list)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("responsable")
    )
    opened_on = models.DateField(_("ouverte le"), default=timezone.localdate)
    due_on = models.DateField(_("échéance"))
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.OPEN)
    closed_on = models.DateField(_("close le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("action commune")
        verbose_name_plural = _("actions communes")
        ordering = ("due_on", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="joint_action_closed_with_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forum_id}: {', '.join(self.problems)}"

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been closed by now."""
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()


class JointActionSite(PartyRow):
    """A site that the action is about: seen by its landlord and by the members who read that site today."""

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT", f"forum_id = {SITS} AND {READS_SITE}"),
        Policy("orsen_partner", "SELECT,INSERT", f"forum_id = {SITS} AND {PARTNER_READS_SITE}"),
        Policy("orsen_coordinator", "SELECT", "false"),
    )

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="+")
    action = models.ForeignKey(JointAction, models.CASCADE, related_name="sites")
    site_key = models.UUIDField(_("site"))
    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("bailleur")
    )

    class Meta(PartyRow.Meta):
        verbose_name = _("site d’une action commune")
        verbose_name_plural = _("sites des actions communes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "site_key"], name="joint_action_site_once")
        ]

    def __str__(self) -> str:
        return f"{self.action_id}/{self.site_key}"
