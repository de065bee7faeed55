"""What every page's frame needs: who is reading, for which organisation, and where she may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Membership
from accounts.principal import Principal
from orsen.guide.content import task_of_page
from orsen.navigation import NavItem, navigation


@dataclass(frozen=True)
class ShellPrincipal:
    """The reader, as the frame shows her."""

    organisation: str
    kind: str
    role: str


@dataclass(frozen=True)
class Shell:
    """The frame's content."""

    nav: list[NavItem]
    principal: ShellPrincipal | None
    memberships: list[Membership]
    is_demo: bool
    help_task: str = ""  # anchor of the guide that speaks of this page


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`: navigation, principal and the organisations she may switch to."""
    principal: Principal | None = getattr(request, "principal", None)
    is_demo = bool(getattr(settings, "ORSEN_DEMO", False))
    if principal is None:
        return {"shell": Shell([], None, [], is_demo)}
    memberships = list(
        Membership.objects.live()
        .filter(user_id=principal.user_id)
        .select_related("organisation")
        .order_by("pk")
    )
    current = next((each for each in memberships if each.pk == principal.membership_id), None)
    shown = (
        ShellPrincipal(
            current.organisation.name, principal.organisation_kind, str(principal.role.label)
        )
        if current
        else None
    )
    match = request.resolver_match
    task = task_of_page(match.url_name or "") if match else ""
    return {"shell": Shell(navigation(principal, request.path), shown, memberships, is_demo, task)}
