"""Free texts of ratings do not stay for ever: levels, answers and ticks do, what was written does not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from tenants.campaigns.models import Assessment

# A level that differs from the grid's keeps the trace that it had its reason, which a constraint asks for.
PURGED = "texte purgé"


def purge_comments(before: datetime, using: str = "owner") -> int:
    """Empty the comments and reasons of ratings received before an instant, all landlords. Returns how many ratings.

    Run on the owner's connection: to the product's own role a rating is append-only, so that no page can rewrite one.
    """
    old = Assessment.objects.using(using).filter(received_at__lt=before)
    written = (
        ~Q(internal_comment="") | ~Q(shared_comment="") | ~Q(reason_to_differ__in=["", PURGED])
    )
    with transaction.atomic(using=using):
        count: int = old.filter(written).update(internal_comment="", shared_comment="")
        old.exclude(level=F("suggested_level")).exclude(reason_to_differ="").update(
            reason_to_differ=PURGED
        )
    return count
