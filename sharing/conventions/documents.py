"""The signed document of a signature: checked by content, kept apart, read by the parties alone."""

from __future__ import annotations

import hashlib
import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.access import conventions
from sharing.conventions.models import Signature, SignatureDocument
from sharing.conventions.services import ConventionError
from tenants.jobs.files import write_durably

logger = logging.getLogger(__name__)
LARGEST: Final = 10 * 1024 * 1024
# First bytes → media type and suffix. What the name or the browser say is not asked.
KINDS: Final = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
}
ENDS: Final = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND"}
TAIL: Final = 1024  # bytes at the end in which the last mark stands


@dataclass(frozen=True)
class Document:
    """A document that was read and found to be of a kind that is kept."""

    content: bytes
    media_type: str
    suffix: str


def read_document(sent: UploadedFile[Any]) -> Document:
    """What was sent. Raises ConventionError unless it is a whole PDF, JPEG or PNG of at most 10 MB."""
    if (sent.size or 0) > LARGEST:
        raise ConventionError(_("Ce document dépasse 10 Mo. Numérisez-le moins finement, puis recommencez."))  # fmt: skip
    content = sent.read()
    for start, (media_type, suffix) in KINDS.items():
        if content.startswith(start) and ENDS[media_type] in content[-TAIL:]:
            return Document(content, media_type, suffix)
    raise ConventionError(
        _("Ce fichier n’est pas un PDF, un JPEG ou un PNG entier. Enregistrez le document signé en PDF, puis recommencez.")
    )  # fmt: skip


def attach(signature: Signature, document: Document) -> SignatureDocument:
    """Keep the document with its signature; those sent before stay. The wall lets each party attach to its own only."""
    key = uuid.uuid4()
    written = write_durably(f"documents/{signature.convention_id}/{key}{document.suffix}", document.content)  # fmt: skip
    return SignatureDocument.objects.create(
        key=key, convention_id=signature.convention_id, organisation_id=signature.organisation_id,
        signature=signature, media_type=document.media_type, path=written.path, sha256=written.sha256,
        size=written.size,
    )  # fmt: skip


def hand_over(principal: Principal, key: uuid.UUID) -> HttpResponse:
    """The document, for a party of its convention or the coordination. Raises Http404 alike for all others."""
    found = (
        SignatureDocument.objects.filter(key=key, convention__in=conventions(principal))
        .select_related("organisation", "convention")
        .first()
    )
    path = Path(settings.MEDIA_ROOT) / found.path if found else None
    if found is None or path is None or not path.is_file():
        raise Http404(_("Ce document n’existe pas, ou n’est pas d’une convention qui vous lie."))
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != found.sha256:
        logger.error("The document %s was altered on the disk.", found.key)
        raise Http404(_("Ce document est abîmé : demandez à la partie de le déposer de nouveau."))
    name = f"signature-{found.organisation.short_name}{path.suffix}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        body,
        content_type=found.media_type,
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
