"""Whether the demonstration is there: asked at every start, so it imports nothing heavy."""

from __future__ import annotations

from accounts.models import Organisation
from orsen.demo.people import DOMAIN


class OtherDataError(Exception):
    """The database holds organisations that are not the demonstration's: it is not mixed with them."""


def is_loaded() -> bool:
    """Whether the demonstration is there. Raises OtherDataError when other organisations are there instead."""
    if Organisation.objects.filter(memberships__user__email__endswith=f"@{DOMAIN}").exists():
        return True
    if Organisation.objects.exists():
        raise OtherDataError
    return False
