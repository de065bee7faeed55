"""Files that came in, and what became of their rows."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import LandlordRow


class FileImport(LandlordRow):
    """One file taken in: where it stands, what was counted, the coverage it reached."""

    class State(models.TextChoices):
        """Where it stands."""

        UPLOADED = "uploaded", _("reçu")
        RUNNING = "running", _("en cours")
        APPLIED = "applied", _("appliqué")
        FAILED = "failed", _("refusé")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("contenu"), max_length=16, default="stock")
    file = models.FileField(_("fichier"), upload_to="imports/%Y/%m", max_length=200)
    file_name = models.CharField(_("nom du fichier"), max_length=200)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(_("format reconnu"), max_length=24, blank=True)
    mapping = models.JSONField(_("correspondance des colonnes"), default=dict, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.UPLOADED)
    report = models.JSONField(_("compte rendu"), default=dict, blank=True)
    message = models.TextField(_("message"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.file_name


class RowIssue(LandlordRow):
    """A row that was rejected, or repaired, or that deserves a look, with the reason."""

    class Severity(models.TextChoices):
        """What happened to the row."""

        REJECTED = "rejected", _("rejetée")
        REPAIRED = "repaired", _("réparée")
        DOUBTFUL = "doubtful", _("à vérifier")

    file_import = models.ForeignKey(FileImport, models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField(_("ligne"))
    column = models.CharField(_("colonne"), max_length=60, blank=True)
    severity = models.CharField(_("suite"), max_length=10, choices=Severity)
    reason = models.CharField(_("motif"), max_length=300)
    value = models.CharField(_("valeur"), max_length=200, blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("remarque sur une ligne")
        verbose_name_plural = _("remarques sur les lignes")
        ordering = ("line", "pk")
        indexes: ClassVar = [
            models.Index(fields=["landlord", "file_import", "line"], name="row_issue_line")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
