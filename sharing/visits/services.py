"""When a member last looked, so that her home page says what has changed since."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.principal import Principal
from sharing.visits.models import Visit

# Pages opened within this time belong to one visit.
SAME_VISIT = dt.timedelta(minutes=30)


@transaction.atomic
def last_visit(principal: Principal, *, now: dt.datetime | None = None) -> dt.datetime | None:
    """The end of the member's previous visit, None at the first one; notes that she is here now."""
    now = now or timezone.now()
    visit, is_new = Visit.objects.select_for_update().get_or_create(
        organisation_id=principal.organisation_id,
        membership_id=principal.membership_id,
        defaults={"seen_at": now},
    )
    if is_new:
        return None
    if now - visit.seen_at > SAME_VISIT:
        visit.previous_at = visit.seen_at
    visit.seen_at = now
    visit.save(update_fields=["seen_at", "previous_at"])
    return visit.previous_at


def previous_visit(principal: Principal) -> dt.datetime | None:
    """The same, for what is read beside a page: nothing is noted."""
    found: dt.datetime | None = (
        Visit.objects.filter(
            organisation_id=principal.organisation_id, membership_id=principal.membership_id
        )
        .values_list("previous_at", flat=True)
        .first()
    )
    return found
