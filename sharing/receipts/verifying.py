"""Find the receipt of a copy: by the file itself, or by its SHA-256."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.principal import Principal
from sharing.receipts.models import Receipt
from sharing.receipts.services import receipts

DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of_file(sent: UploadedFile[Any]) -> str:
    """SHA-256 of what was sent, hexadecimal; read piece by piece, kept nowhere."""
    running = hashlib.sha256()
    for piece in sent.chunks():
        running.update(piece)
    return running.hexdigest()


class VerifyForm(forms.Form):
    """A file, or a digest."""

    file = forms.FileField(
        label=gettext_lazy("Le fichier"),
        required=False,
        help_text=gettext_lazy("Il est lu, puis oublié : rien n’en est gardé."),
    )
    digest = forms.CharField(
        label=gettext_lazy("Ou son empreinte SHA-256, ou le numéro de son reçu"),
        required=False,
        max_length=120,
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        """No larger than what this page reads at once."""
        sent: UploadedFile[Any] | None = self.cleaned_data["file"]
        if sent is not None and (sent.size or 0) > settings.ORSEN_VERIFY_MAX_BYTES:
            raise forms.ValidationError(
                _(
                    "Ce fichier dépasse %(size)s. Calculez son empreinte sur votre poste et collez-la ci-dessous."
                )
                % {"size": filesizeformat(settings.ORSEN_VERIFY_MAX_BYTES)}
            )
        return sent

    def clean(self) -> dict[str, Any]:
        """One of the two; the digest as it is kept."""
        values = super().clean() or {}
        text = "".join(values.get("digest", "").split())
        if not values.get("file") and not text and not self.errors:
            raise forms.ValidationError(_("Choisissez un fichier, ou collez une empreinte."))
        values["digest"] = text
        return values

    def found(self, principal: Principal) -> list[Receipt]:
        """The receipts that match, among those that the member may look at."""
        sent, text = self.cleaned_data["file"], self.cleaned_data["digest"]
        if sent:
            return list(receipts(principal).filter(sha256=digest_of_file(sent)))
        if DIGEST.fullmatch(text.lower()):
            return list(receipts(principal).filter(sha256=text.lower()))
        return list(receipts(principal).filter(number=text.upper()))
