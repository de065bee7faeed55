"""Write to the journal, and read it."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.principal import Principal
from sharing.access import shared_scope
from sharing.access.models import SharedSite
from sharing.details import Detail
from sharing.journal.models import Action, JournalEntry

MAP_PERIOD = timedelta(minutes=15)


def record(
    principal: Principal,
    action: Action,
    detail: Detail,
    *,
    about_id: int | None = None,
    convention_id: int | None = None,
    site_key: UUID | None = None,
    rows: int = 1,
    subject: str = "",
) -> JournalEntry:
    """Add one entry for the principal, in the transaction of what it tells."""
    return JournalEntry.objects.create(
        organisation_id=principal.organisation_id,
        membership_id=principal.membership_id,
        action=action,
        detail=detail,
        about_id=about_id,
        convention_id=convention_id,
        site_key=site_key,
        rows=rows,
        subject=subject[:200],
    )


def record_site(principal: Principal, site: SharedSite) -> JournalEntry:
    """The card of one site was opened."""
    return record(
        principal,
        Action.OPENED,
        Detail.FILE if site.has_file else Detail.SITE,
        about_id=site.landlord_id,
        convention_id=site.convention_id,
        site_key=site.key,
    )


def record_rows(
    principal: Principal, action: Action, sites: Iterable[SharedSite], subject: str = ""
) -> None:
    """Rows were shown or exported together: one entry for each landlord and convention, with how many."""
    shown = Counter((site.landlord_id, site.convention_id) for site in sites)
    JournalEntry.objects.bulk_create(
        JournalEntry(
            organisation_id=principal.organisation_id,
            membership_id=principal.membership_id,
            action=action,
            detail=Detail.SITE,
            about_id=landlord_id,
            convention_id=convention_id,
            rows=rows,
            subject=subject[:200],
        )
        for (landlord_id, convention_id), rows in shown.items()
    )


def record_map(principal: Principal, detail: Detail = Detail.SITE) -> bool:
    """A map was read: one entry a quarter of an hour and member, not one a tile. Returns whether one was added."""
    recent = JournalEntry.objects.filter(
        organisation_id=principal.organisation_id,
        membership_id=principal.membership_id,
        action=Action.MAPPED,
        detail=detail,
        at__gt=timezone.now() - MAP_PERIOD,
    )
    if recent.exists():
        return False
    record(principal, Action.MAPPED, detail)
    return True


# When a process last looked whether a member's quarter is in the journal, by member and the data that she reads.
_LOOKED: dict[tuple[int, str], float] = {}
LOOK_AGAIN_SECONDS = 60
MEMBERS_KEPT = 10_000


def record_tiles(principal: Principal, reading: str) -> None:
    """A tile was read: as `record_map`, but the journal is looked into once a minute, not once a tile.

    reading: what the member reads, so that nothing remembered counts once that has changed.
    """
    who, now = (principal.membership_id, reading), time.monotonic()
    if now - _LOOKED.get(who, -math.inf) < LOOK_AGAIN_SECONDS:
        return
    with shared_scope(principal):
        record_map(principal)
        transaction.on_commit(lambda: _remember(who, now))


def _remember(who: tuple[int, str], now: float) -> None:
    if len(_LOOKED) >= MEMBERS_KEPT:
        _LOOKED.clear()
    _LOOKED[who] = now


def about_my_sites(principal: Principal) -> QuerySet[JournalEntry]:
    """What others did with the landlord's data. Raises PermissionError for a role that may not know."""
    if not principal.may("sharing.read"):
        raise PermissionError("sharing.read")
    return JournalEntry.objects.filter(about_id=principal.organisation_id).select_related(
        "organisation"
    )


def my_own(principal: Principal) -> QuerySet[JournalEntry]:
    """What the reader's own organisation did."""
    return JournalEntry.objects.filter(organisation_id=principal.organisation_id)
