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
        TRIED = "tried", _("essayé à blanc")
        APPLIED = "applied", _("appliqué")
        FAILED = "failed", _("refusé")
        UNDONE = "undone", _("annulé")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("contenu"), max_length=16, default="stock")
    file = models.FileField(_("fichier"), upload_to="imports/%Y/%m", max_length=200)
    file_name = models.CharField(_("nom du fichier"), max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(_("source"), max_length=60, blank=True)
    layout = models.CharField(_("format reconnu"), max_length=24, blank=True)
    mapping = models.JSONField(_("correspondance des colonnes"), default=dict, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.UPLOADED)
    report = models.JSONField(_("compte rendu"), default=dict, blank=True)
    # What the landlord decided on the proposals of the dry run: {code of a site: decision}.
    decisions = models.JSONField(_("décisions"), default=dict, blank=True)
    # What else the kind of import asks (tenants.imports.kinds): the campaign that ratings go to, a barometer.
    options = models.JSONField(_("options"), default=dict, blank=True)
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


class ImportLine(LandlordRow):
    """What the import does, or would do, to one object of the landlord."""

    class Action(models.TextChoices):
        """What happens to it."""

        CREATED = "created", _("créé")
        CHANGED = "changed", _("modifié")
        REMOVED = "removed", _("retiré")
        LEFT = "left", _("absent du fichier, laissé")

    file_import = models.ForeignKey(FileImport, models.CASCADE, related_name="lines")
    action = models.CharField(_("effet"), max_length=8, choices=Action)
    subject = models.CharField(_("objet"), max_length=300)
    detail = models.TextField(_("détail"), blank=True)

    class Meta(LandlordRow.Meta):
        verbose_name = _("effet d’un import")
        verbose_name_plural = _("effets des imports")
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=["landlord", "file_import", "action"], name="import_line_action")
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.subject}"


class ImportChange(LandlordRow):
    """One row before and after an applied import, as PostgreSQL writes it: what undoing needs."""

    file_import = models.ForeignKey(FileImport, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.TextField(null=True)  # noqa: DJ001 -- nothing there is not an empty text
    after = models.TextField(null=True)  # noqa: DJ001

    class Meta(LandlordRow.Meta):
        verbose_name = _("ligne changée par un import")
        verbose_name_plural = _("lignes changées par les imports")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "file_import", "table", "row_id"], name="import_change_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class RememberedMapping(LandlordRow):
    """What a landlord said that the columns of a source hold, to be proposed the next time."""

    kind = models.CharField(_("contenu"), max_length=16, default="stock")
    source = models.CharField(_("source"), max_length=60, blank=True)
    # SHA-256 of the sorted names of all the columns: the same export again.
    signature = models.CharField(max_length=64)
    layout = models.CharField(_("format reconnu"), max_length=24, blank=True)
    mapping = models.JSONField(_("correspondance des colonnes"), default=dict)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta(LandlordRow.Meta):
        verbose_name = _("correspondance retenue")
        verbose_name_plural = _("correspondances retenues")
        ordering = ("-used_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "kind", "source", "signature"], name="mapping_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return self.source or self.signature[:12]


class RememberedWord(LandlordRow):
    """What a word of a source stands for, once the landlord said so: « tapage » → TRANQ_NOISE."""

    kind = models.CharField(_("contenu"), max_length=16)
    source = models.CharField(_("source"), max_length=60, blank=True)
    field = models.CharField(_("champ"), max_length=24)
    # Folded: capitals without accents (tenants.imports.cleaning.text.fold).
    word = models.CharField(_("mot de la source"), max_length=120)
    # Empty: the landlord said that the word stands for nothing here.
    code = models.CharField(_("sens"), max_length=40, blank=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta(LandlordRow.Meta):
        verbose_name = _("mot retenu")
        verbose_name_plural = _("mots retenus")
        ordering = ("field", "word")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "kind", "source", "field", "word"], name="word_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.code}"
