"""The report of a round for a convention, and the files made of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.conventions.models import HELD, Convention
from sharing.release.models import PUBLISHED, RECIPIENT, Release
from tenants.wall.models import PartyRow, Policy


class Report(PartyRow):
    """A report reads everything that it shares from one release."""

    wall_policies = (
        Policy("orsen_app", "SELECT", f"{PUBLISHED} AND {RECIPIENT}"),
        Policy("orsen_partner", "SELECT", f"{PUBLISHED} AND {RECIPIENT}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE", f"convention_id = {HELD}"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="reports")
    release = models.ForeignKey(Release, models.PROTECT, related_name="reports")
    title = models.CharField(_("titre"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("rapport")
        verbose_name_plural = _("rapports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title


class Withdrawal(PartyRow):
    """Why a report was taken back: written once, read by the coordination and by those who could read the report.

    Nobody has the right to change or to delete one. That of a report that was never published tells its readers nothing.
    """

    class Reason(models.TextChoices):
        """What was wrong."""

        DATA = "data", _("des données étaient fausses")
        PROTECTION = "protection", _("la protection des chiffres était en défaut")
        SCOPE = "scope", _("le périmètre ou la convention a changé")
        REPLACED = "replaced", _("un rapport corrigé le remplacera")
        OTHER = "other", _("autre raison")

    wall_policies = (
        Policy("orsen_app", "SELECT", f"published_at IS NOT NULL AND {RECIPIENT}"),
        Policy("orsen_partner", "SELECT", f"published_at IS NOT NULL AND {RECIPIENT}"),
        Policy("orsen_coordinator", "SELECT,INSERT", f"convention_id = {HELD}"),
    )

    report = models.OneToOneField(Report, models.PROTECT, related_name="withdrawal")
    # Repeated from the report and its round, which its readers no longer read.
    report_key = models.UUIDField(unique=True, editable=False)
    round_key = models.UUIDField(editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    title = models.CharField(_("titre"), max_length=200)
    published_at = models.DateTimeField(_("publié le"), null=True)
    withdrawn_at = models.DateTimeField(_("retiré le"))
    reason = models.CharField(_("raison"), max_length=10, choices=Reason)
    note = models.CharField(_("précision"), max_length=300, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("retrait d’un rapport")
        verbose_name_plural = _("retraits de rapports")
        ordering = ("-withdrawn_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(note=""), name="other_reason_is_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_key}: {self.reason}"

    @property
    def said(self) -> str:
        """The reason in words."""
        return (
            f"{self.get_reason_display()} : {self.note}"
            if self.note
            else str(self.get_reason_display())
        )


class ReportFile(PartyRow):
    """The last file made for one reader, under its own scope. Re-authorised at each download."""

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT,UPDATE", "organisation_id = (SELECT wall.landlord())"),
        Policy(
            "orsen_partner", "SELECT,INSERT,UPDATE", "organisation_id = (SELECT wall.partner())"
        ),
        Policy(
            "orsen_coordinator",
            "SELECT,INSERT,UPDATE",
            # The inner table has its own policy: reports of the conventions that the person holds.
            "organisation_id = (SELECT wall.coordinator()) AND report_id IN (SELECT id FROM sharing_report)",
        ),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    format = models.CharField(_("format"), max_length=8)
    # The file itself, its SHA-256 and its expiry.
    receipt = models.ForeignKey("sharing.Receipt", models.PROTECT, related_name="+")

    class Meta(PartyRow.Meta):
        verbose_name = _("fichier d’un rapport")
        verbose_name_plural = _("fichiers des rapports")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "organisation", "format"], name="one_file_per_reader_and_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}.{self.format}"
