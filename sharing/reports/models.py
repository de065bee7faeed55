"""The report of a round for a convention, and the files made of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
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
