"""Entries of the journal, and the segments that seal them. The application role adds; it can change nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.details import Detail
from tenants.wall.models import PartyRow, Policy

OWN = "organisation_id = (SELECT wall.organisation())"
ABOUT_ME = "about_id = (SELECT wall.landlord())"
QUEUE = "(SELECT wall.queue())"


class Action(models.TextChoices):
    """What the reader did."""

    LISTED = "listed", _("liste consultée")
    SEARCHED = "searched", _("recherche")
    OPENED = "opened", _("fiche consultée")
    MAPPED = "mapped", _("carte consultée")
    EXPORTED = "exported", _("export")
    DOWNLOADED = "downloaded", _("copie téléchargée")
    READ_REPORT = "read_report", _("rapport consulté")
    LIMITED = "limited", _("limite de lecture atteinte")
    VIEWED_AS = "viewed_as", _("« voir comme »")


class JournalEntry(PartyRow):
    """One thing that one reader did with the data of one landlord (or of a release)."""

    wall_policies = (
        Policy("orsen_app", "INSERT", OWN),
        Policy("orsen_app", "SELECT", f"{OWN} OR {ABOUT_ME}"),
        Policy("orsen_partner", "SELECT,INSERT", OWN),
        Policy("orsen_coordinator", "SELECT,INSERT", OWN),
        Policy("orsen_queue", "SELECT", QUEUE),
        Policy("orsen_queue", "UPDATE", QUEUE, columns=("segment_id",)),
    )

    at = models.DateTimeField(_("le"), default=timezone.now)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("lecteur")
    )
    membership_id = models.BigIntegerField()
    action = models.CharField(_("action"), max_length=12, choices=Action)
    # The landlord whose data it was; no `landlord_id`: the row belongs to the reader, and the landlord may see it.
    about = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("bailleur concerné"),
    )
    convention_id = models.BigIntegerField(_("convention"), null=True)
    detail = models.CharField(_("niveau de détail"), max_length=14, choices=Detail)
    site_key = models.UUIDField(_("site"), null=True)
    rows = models.PositiveIntegerField(_("lignes"), default=1)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    segment = models.ForeignKey(
        "sharing.JournalSegment", models.PROTECT, null=True, editable=False, related_name="entries"
    )

    class Meta(PartyRow.Meta):
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("journal des accès")
        ordering = ("-at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["about", "-at"], name="journal_about"),
            models.Index(fields=["organisation", "-at"], name="journal_own"),
            models.Index(
                fields=["id"], name="journal_unsealed", condition=models.Q(segment__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.organisation_id} {self.action}"


class JournalSegment(PartyRow):
    """A sealed run of entries: the SHA-256 of its lines and of the seal before it. Purged whole, its seal stays."""

    wall_policies = (Policy("orsen_queue", "SELECT,INSERT", QUEUE),)

    sealed_at = models.DateTimeField(default=timezone.now)
    entry_count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)
    previous_seal = models.CharField(max_length=64, unique=True)
    purged_at = models.DateTimeField(null=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("segment du journal")
        verbose_name_plural = _("segments du journal")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.pk}: {self.seal[:12]}"
