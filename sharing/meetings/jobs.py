"""The job that makes the pack of a meeting, under its reader's own scope."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sharing.access import shared_scope
from sharing.details import Detail
from sharing.meetings.models import Meeting
from sharing.meetings.pack_content import content_of
from sharing.meetings.packs import PACK, keep_pack
from sharing.meetings.services import meeting_of
from sharing.prints.document import typeset_document
from sharing.receipts.holdings import of_own, of_shared
from sharing.receipts.services import deliver
from tenants.jobs.registry import JobRefusedError, job
from tenants.jobs.running import RunningJob


@job(PACK, permission="reports.read")
def make_pack(running: RunningJob) -> dict[str, Any]:
    """Set the pack at the members' common level. Raises JobRefusedError when the reader no longer sits there."""
    running.progress(0, 3, _("Lecture de ce que tous les membres lisent"))
    principal = running.principal
    with translation.override(running.payload["language"]), shared_scope(principal):
        meeting = _readable(running)
        content = content_of(principal, meeting, reserved=bool(running.payload["reserved"]))
        running.progress(1, 3, _("Mise en page"))
        shared = {each.key: each.shared for each in content.lines if each.shared is not None}
        own = [each.site for each in content.lines if each.site is not None]
        receipt = deliver(
            principal,
            kind="meeting_pack",
            title=_("Dossier de séance : %(forum)s, %(day)s")
            % {"forum": meeting.forum.name, "day": date_format(meeting.held_on, "j F Y")},
            file_name=f"dossier-{slugify(meeting.forum.name)[:60]}-{meeting.held_on:%Y-%m-%d}.pdf",
            media_type="application/pdf",
            make=lambda facts: typeset_document(content.document, facts),
            holdings=[
                *of_shared(shared.values(), with_files=True),
                *(of_own(principal, own) if own else []),
            ],
            releases=content.releases,
            released_detail=Detail.NEIGHBOURHOOD,
            rows=len(shared) + len(own),
            key=uuid.uuid5(uuid.UUID(running.key), "receipt"),
        )
        running.progress(2, 3, _("Enregistrement"))
        # Rights may have ended while the page was set: then nothing of this transaction stays.
        keep_pack(principal, _readable(running), receipt, {each.key for each in content.common})
    running.progress(3, 3, _("Dossier prêt"))
    return {"url": reverse("receipt", args=[receipt.key])}


def _readable(running: RunningJob) -> Meeting:
    try:
        return meeting_of(running.principal, running.payload["meeting"])
    except Http404 as error:
        raise JobRefusedError(
            _("Votre organisation ne siège plus à ce dispositif, ou sa convention n’est plus en vigueur. Rien n’a été fait.")
        ) from error  # fmt: skip
