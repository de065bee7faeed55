"""Apply a checked staff file, and give an invited person her places when she accepts."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import Invitation, Membership
from accounts.people import services as people
from accounts.principal import Principal, from_membership
from tenants.people import services
from tenants.people.models import PendingPlace
from tenants.people.staff import Row, check
from tenants.stock.models import Agency, Site
from tenants.wall.context import Scope, open_scope


def _scope(principal: Principal) -> Any:
    return open_scope(Scope("landlord", principal.organisation_id, principal.user_id))


def read(principal: Principal, text: str) -> list[Row]:
    """Check a file in the landlord's scope. Raises StaffFileError."""
    with _scope(principal):
        return check(principal, text)


@transaction.atomic
def apply(principal: Principal, text: str, base_url: str) -> list[Row]:
    """Check again, then do what each accepted row says: invitations outside the scope, places inside it.

    All or nothing; the mails leave once it is committed. Raises StaffFileError.
    """
    rows = read(principal, text)
    invited: list[tuple[Row, Invitation]] = []
    for row in rows:
        if row.is_refused or row.role is None or row.membership is not None:
            continue
        if row.email:
            invitation = people.invite(
                principal,
                email=row.email,
                display_name=row.fonction,
                role_code=row.role.code,
                base_url=base_url,
            )
            invited.append((row, invitation))
        else:
            row.membership = people.add_without_address(
                principal, display_name=row.fonction, role_code=row.role.code
            )
    with _scope(principal):
        for row, invitation in invited:
            PendingPlace.objects.create(
                invitation=invitation,
                agency_ids=[each.pk for each in row.agencies],
                site_ids=[each.pk for each in row.sites],
            )
        for row in rows:
            if not row.is_refused and row.membership is not None:
                _place(principal, row.membership, row.agencies, row.sites)
    return rows


def _place(
    principal: Principal, membership: Membership, agencies: list[Agency], sites: list[Site]
) -> None:
    if membership.role.reach == "agency":
        services.set_agencies(principal, membership, agencies)
    if membership.role.reach == "assigned":
        services.set_sites(principal, membership, sites)


def on_accepted(
    sender: object, invitation: Invitation, membership: Membership, **kwargs: Any
) -> None:
    """An invited person has accepted: she gets the places that were waiting, given by who invited her."""
    principal = from_membership(membership)
    if not principal.is_landlord:
        return
    with _scope(principal):
        waiting = PendingPlace.objects.filter(invitation=invitation).first()
        if waiting is None:
            return
        agencies = list(Agency.objects.filter(pk__in=waiting.agency_ids))
        sites = list(Site.objects.filter(pk__in=waiting.site_ids))
        services.place_invited(invitation, membership, agencies, sites)
        waiting.delete()
