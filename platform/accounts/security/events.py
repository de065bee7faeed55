"""Write the door's journal, once for each organisation concerned."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import Membership, Organisation, User
from accounts.principal import Principal
from accounts.security.address import client_address
from accounts.security.models import Kind, SecurityEvent

__all__ = ["Kind", "note", "note_by"]


def organisations_of(user: User) -> list[Organisation]:
    """The organisations that the person acts for today."""
    live = Membership.objects.live().filter(user=user).select_related("organisation")
    return list({each.organisation_id: each.organisation for each in live}.values())


def note(
    request: HttpRequest, kind: Kind, *, user: User | None = None, detail: str = ""
) -> list[SecurityEvent]:
    """Something that happened at the door: one event for each organisation of the person, or one of nobody's."""
    organisations: list[Organisation | None] = [*organisations_of(user)] if user else []
    return [
        SecurityEvent.objects.create(
            kind=kind, organisation=organisation, user=user, ip_address=client_address(request), detail=detail
        )
        for organisation in organisations or [None]
    ]  # fmt: skip


def note_by(
    principal: Principal, kind: Kind, *, user: User | None = None, detail: str = ""
) -> None:
    """Something that an administrator did to the people of her organisation."""
    SecurityEvent.objects.create(
        kind=kind,
        organisation_id=principal.organisation_id,
        user=user,
        by_id=principal.user_id,
        detail=detail,
    )
