"""Seal the journal in hash-linked segments, verify the chain, purge old segments whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sharing.journal.models import JournalEntry, JournalSegment

GENESIS = "0" * 64
LARGEST_SEGMENT = 50_000


@dataclass(frozen=True)
class Verdict:
    """What a verification found: how many segments hold, and what is wrong (empty: nothing)."""

    segments: int
    entries: int
    faults: list[str]


def line_of(entry: JournalEntry) -> str:
    """The canonical text of an entry, on which its seal rests; the segment it is sealed in is not part of it."""
    return json.dumps(
        [
            entry.pk,
            entry.at.astimezone(tz=timezone.get_fixed_timezone(0)).isoformat(),
            entry.organisation_id,
            entry.membership_id,
            entry.action,
            entry.about_id,
            entry.convention_id,
            entry.detail,
            str(entry.site_key) if entry.site_key else None,
            entry.rows,
            entry.subject,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest_of(entries: Iterable[JournalEntry]) -> str:
    """SHA-256 of the entries' lines, in the order of their ids."""
    running = hashlib.sha256()
    for entry in entries:
        running.update(line_of(entry).encode() + b"\n")
    return running.hexdigest()


def seal_of(previous_seal: str, content_sha256: str) -> str:
    """The seal that links a segment to the one before it."""
    return hashlib.sha256(f"{previous_seal}{content_sha256}".encode()).hexdigest()


def seal_waiting_entries(using: str = "default") -> JournalSegment | None:
    """Seal every committed entry that is in no segment yet; None when there is none.

    Runs in the queue's scope. Two sealers at once: the unique `previous_seal` lets one of them through.
    """
    with transaction.atomic(using=using):
        waiting = list(
            JournalEntry.objects.using(using)
            .filter(segment__isnull=True)
            .order_by("pk")[:LARGEST_SEGMENT]
        )
        if not waiting:
            return None
        last = JournalSegment.objects.using(using).order_by("-pk").first()
        previous = last.seal if last else GENESIS
        content = digest_of(waiting)
        segment = JournalSegment.objects.using(using).create(
            entry_count=len(waiting),
            first_at=min(entry.at for entry in waiting),
            last_at=max(entry.at for entry in waiting),
            content_sha256=content,
            seal=seal_of(previous, content),
            previous_seal=previous,
        )
        JournalEntry.objects.using(using).filter(pk__in=[entry.pk for entry in waiting]).update(
            segment=segment
        )
    return segment


def verify(using: str = "owner") -> Verdict:
    """Compute every seal again, from the first segment on. Runs as the owner, who reads every entry."""
    faults: list[str] = []
    previous = GENESIS
    segments = entries = 0
    for segment in JournalSegment.objects.using(using).order_by("pk"):
        segments += 1
        if segment.previous_seal != previous:
            faults.append(f"segment {segment.pk}: a segment before it is missing or was changed")
        if segment.seal != seal_of(segment.previous_seal, segment.content_sha256):
            faults.append(f"segment {segment.pk}: its seal does not match its content")
        if segment.purged_at is None:
            found = list(JournalEntry.objects.using(using).filter(segment=segment).order_by("pk"))
            entries += len(found)
            if len(found) != segment.entry_count or digest_of(found) != segment.content_sha256:
                faults.append(
                    f"segment {segment.pk}: {len(found)} entries for {segment.entry_count} sealed, or changed"
                )
        previous = segment.seal
    return Verdict(segments, entries, faults)


def purge(before: datetime, using: str = "owner") -> int:
    """Delete the entries of the segments that ended before an instant; their seals stay. Returns how many entries."""
    purged = 0
    with transaction.atomic(using=using):
        for segment in JournalSegment.objects.using(using).filter(
            last_at__lt=before, purged_at__isnull=True
        ):
            purged += JournalEntry.objects.using(using).filter(segment=segment).delete()[0]
            segment.purged_at = timezone.now()
            segment.save(using=using, update_fields=["purged_at"])
    return purged
