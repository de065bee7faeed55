"""Roles that read much must log in with a second factor; until they have, they reach no page but its own."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.principal import Principal
from accounts.step_up import confirmation_step
from sharing.access import reads_named_sites


def is_required(user: User, principal: Principal | None) -> bool:
    """Whether the person, in that role, must show a second factor.

    The role's row says so; the operator always must; a partner must as soon as an annex in force names sites to its
    organisation (`site`, `file`), and from the very next request.
    """
    if not settings.ORSEN_REQUIRE_SECOND_FACTOR:
        return False
    if user.is_staff or (principal is not None and principal.role.second_factor):
        return True
    return principal is not None and principal.is_partner and reads_named_sites(principal)


def missing_step(request: HttpRequest, user: User, principal: Principal | None) -> str | None:
    """URL name of the step still to be done: setting a second factor up, or showing it; None when nothing is."""
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return None
    return confirmation_step(user) if is_required(user, principal) else None
