"""The pack of a meeting: who may have it, and the copy that was made."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404
from django.utils.translation import get_language

from accounts.principal import Principal
from sharing.meetings.models import Meeting, MeetingPack
from sharing.meetings.priorities import common_details
from sharing.receipts import kinds
from sharing.receipts.models import Receipt
from sharing.receipts.services import refusal
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of

PACK: Final = "meeting-pack"


def request_pack(principal: Principal, meeting: Meeting, *, reserved: bool) -> Job:
    """Ask for the pack; asking twice while one is made asks once. `reserved`: with the part for the reader alone."""
    payload = {
        "meeting": str(meeting.key),
        "reserved": reserved,
        "language": get_language() or "fr",
    }
    waiting = (
        jobs_of(principal)
        .filter(kind=PACK, payload=payload, state__in=["queued", "running"])
        .first()
    )
    return waiting or enqueue(principal, PACK, payload)


def keep_pack(
    principal: Principal, meeting: Meeting, receipt: Receipt, common: set[UUID]
) -> MeetingPack:
    """Remember what the pack is of. A job that runs again finds it there."""
    made, _created = MeetingPack.objects.get_or_create(
        receipt=receipt,
        defaults={
            "forum": meeting.forum,
            "meeting": meeting,
            "organisation_id": principal.organisation_id,
            "common_keys": sorted(common),
        },
    )
    pack: MeetingPack = made
    return pack


def packs_of(principal: Principal, meeting: Meeting) -> list[Receipt]:
    """The packs that the member herself may download today, the newest first."""
    found = (
        MeetingPack.objects.filter(meeting=meeting, organisation_id=principal.organisation_id)
        .select_related("receipt")
        .order_by("-pk")[:10]
    )
    return [each.receipt for each in found if not refusal(principal, each.receipt)]


@kinds.guarded("meeting_pack")
def still_common(principal: Principal, receipt: Receipt) -> bool:
    """Whether the organisation still sits in the forum, and every member still reads what lay on the table."""
    pack = MeetingPack.objects.filter(receipt=receipt).select_related("forum").first()
    if pack is None:
        return False
    if principal.is_coordinator:
        return True
    return set(pack.common_keys) <= common_details(pack.forum).keys()


def latest_pack_job(principal: Principal, key: str) -> Job | None:
    """The job named in the address, if it is one of the member's packs. Raises Http404 for another kind."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    found = jobs_of(principal).filter(key=wanted).first()
    if found is None or found.kind != PACK:
        raise Http404
    return found
