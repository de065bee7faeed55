"""A forum, its members, its meetings, their agenda, and the packs made for them."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.conventions.models import HELD, Convention
from tenants.wall.models import PartyRow, Policy

# Forums in which the organisation of the context sits under a convention that lives today (sharing/sql/050).
SITS: Final = "ANY ((SELECT shared.my_forums())::bigint[])"
# Forums of the conventions that the coordination of the context holds.
KEEPS: Final = "ANY ((SELECT shared.held_forums())::bigint[])"
# A row about a site is for its landlord and for those who read that site today; never for a coordination.
READS_SITE: Final = (
    "(site_key IS NULL OR landlord_id = (SELECT wall.landlord()) "
    "OR site_key = ANY ((SELECT shared.my_site_keys())::uuid[]))"
)
PARTNER_READS_SITE: Final = (
    "(site_key IS NULL OR site_key = ANY ((SELECT shared.my_site_keys())::uuid[]))"
)

# What a meeting decides on a point of its agenda; the project's own list.
DECISIONS: Final = [
    ("watch", _("surveiller")),
    ("visit", _("visite commune sur place")),
    ("action", _("action commune à engager")),
    ("police", _("passages de police à renforcer")),
    ("works", _("travaux à étudier par le bailleur")),
    ("mediation", _("médiation à engager")),
    ("data", _("données à compléter")),
    ("next", _("à revoir à la prochaine séance")),
    ("closed", _("point clos")),
]


class Forum(PartyRow):
    """A standing arrangement (dispositif) of some parties of a convention, for a territory and a time."""

    class Kind(models.TextChoices):
        """What it is in law or in practice."""

        CLSPD = "clspd", _("CLSPD – groupe de travail")
        GLTD = "gltd", _("GLTD – groupe local de traitement de la délinquance")
        GPO = "gpo", _("GPO – groupe de partenariat opérationnel")
        ATFPB = "atfpb", _("A-TFPB – suivi de l’abattement")
        WATCH = "watch", _("Cellule de veille")

    wall_policies = (
        Policy("orsen_app", "SELECT", f"id = {SITS}"),
        Policy("orsen_partner", "SELECT", f"id = {SITS}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE", f"convention_id = {HELD}"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(
        Convention, models.PROTECT, related_name="forums", verbose_name=_("convention")
    )
    kind = models.CharField(_("nature"), max_length=8, choices=Kind)
    name = models.CharField(_("nom"), max_length=120)
    territory = models.ForeignKey(
        "territory.Territory", models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    # Empty: the coordination chairs.
    chair = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("présidence"),
    )
    starts_on = models.DateField(_("début"), default=timezone.localdate)
    ends_on = models.DateField(_("fin"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("dispositif")
        verbose_name_plural = _("dispositifs")
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="forum_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether it meets today; what it kept stays readable while its convention lives."""
        today = timezone.localdate()
        return self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


class ForumMember(PartyRow):
    """A party of the convention that sits in the forum, by the function of whoever comes. Never a person's name."""

    wall_policies = (
        Policy("orsen_app", "SELECT", f"forum_id = {SITS}"),
        Policy("orsen_partner", "SELECT", f"forum_id = {SITS}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE,DELETE", f"forum_id = {KEEPS}"),
    )

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="members")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    correspondent = models.CharField(_("correspondant (fonction)"), max_length=120, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("membre d’un dispositif")
        verbose_name_plural = _("membres des dispositifs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["forum", "organisation"], name="forum_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} ∈ {self.forum_id}"


class Meeting(PartyRow):
    """One meeting (séance) of a forum. Its minutes are written on its agenda until it is closed."""

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT,UPDATE", f"forum_id = {SITS}"),
        Policy("orsen_partner", "SELECT,INSERT,UPDATE", f"forum_id = {SITS}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE", f"forum_id = {KEEPS}"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    forum = models.ForeignKey(Forum, models.CASCADE, related_name="meetings")
    held_on = models.DateField(_("date"))
    place = models.CharField(_("lieu"), max_length=160)
    closed_at = models.DateTimeField(_("relevé clos le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ("-held_on", "-pk")

    def __str__(self) -> str:
        return f"{self.forum_id} {self.held_on}"


class AgendaItem(PartyRow):
    """A point of the agenda: a site, a joint action, or a matter in a few words; with what was decided on it."""

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT,UPDATE,DELETE", f"forum_id = {SITS} AND {READS_SITE}"),
        Policy("orsen_partner", "SELECT,INSERT,UPDATE,DELETE", f"forum_id = {SITS} AND {PARTNER_READS_SITE}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE,DELETE", f"forum_id = {KEEPS} AND site_key IS NULL"),
    )  # fmt: skip

    # Repeated from the meeting, so that the policy needs no join.
    forum = models.ForeignKey(Forum, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    title = models.CharField(_("objet"), max_length=120, blank=True)
    site_key = models.UUIDField(_("site"), null=True, blank=True)
    landlord = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.ForeignKey(
        "sharing.JointAction", models.CASCADE, null=True, blank=True, related_name="+"
    )
    decisions = ArrayField(
        models.CharField(max_length=10, choices=DECISIONS),
        verbose_name=_("décisions"),
        default=list,
        blank=True,
    )
    note = models.CharField(_("relevé"), max_length=300, blank=True)
    written_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("relevé tenu par"),
    )
    written_at = models.DateTimeField(_("relevé du"), null=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("point de l’ordre du jour")
        verbose_name_plural = _("points de l’ordre du jour")
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(site_key__isnull=False, landlord__isnull=False, action__isnull=True, title="")
                | Q(site_key__isnull=True, landlord__isnull=True, action__isnull=False, title="")
                | (Q(site_key__isnull=True, landlord__isnull=True, action__isnull=True) & ~Q(title="")),
                name="agenda_item_is_about_one_thing",
            ),
            models.UniqueConstraint(fields=["meeting", "site_key"], name="site_once_a_meeting"),
            models.UniqueConstraint(fields=["meeting", "action"], name="action_once_a_meeting"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.pk}"


class MeetingPack(PartyRow):
    """The pack that an organisation had made for a meeting, by its receipt."""

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT",
               f"forum_id = {SITS} AND organisation_id = (SELECT wall.landlord())"),
        Policy("orsen_partner", "SELECT,INSERT",
               f"forum_id = {SITS} AND organisation_id = (SELECT wall.partner())"),
        Policy("orsen_coordinator", "SELECT,INSERT",
               f"forum_id = {KEEPS} AND organisation_id = (SELECT wall.coordinator())"),
    )  # fmt: skip

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="packs")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    receipt = models.OneToOneField("sharing.Receipt", models.CASCADE, related_name="+")
    # Sites of the part that lies on the table: common to all members when it was made.
    common_keys = ArrayField(models.UUIDField(), default=list)

    class Meta(PartyRow.Meta):
        verbose_name = _("dossier de séance")
        verbose_name_plural = _("dossiers de séance")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.organisation_id}"
