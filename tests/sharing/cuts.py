"""The ways in which reading under the cast's convention is stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from accounts.models import Organisation
from sharing.access import shared_scope
from sharing.conventions import services
from sharing.conventions.models import Convention, Party, Signature
from tenants.access import landlord_scope
from tests.cast import Cast, Landlord


def convention_of(cast: Cast) -> Convention:
    found: Convention = Convention.objects.get(pk=cast.convention.pk)
    return found


def party_of(cast: Cast, organisation: Organisation) -> Party:
    found: Party = Party.objects.get(convention=cast.convention, organisation=organisation)
    return found


def ends_on(cast: Cast, day: dt.date) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(ends_on=day)


def past_its_end(cast: Cast) -> None:
    ends_on(cast, timezone.localdate() - dt.timedelta(days=1))


def ended(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        services.end(convention_of(cast))


def suspended(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        services.suspend(convention_of(cast))


def withdrawn_by_the_reader(cast: Cast) -> None:
    with shared_scope(cast.police.principal):
        services.withdraw(party_of(cast, cast.police.membership.organisation))


def withdrawn_by(landlord: Landlord) -> None:
    with landlord_scope(landlord.admin.principal):
        services.withdraw(Party.objects.get(organisation=landlord.organisation))


def withdrawn_by_the_landlords(cast: Cast) -> None:
    for landlord in (cast.amandier, cast.bouleau):
        withdrawn_by(landlord)


def reader_taken_out(cast: Cast) -> None:
    withdrawn_by_the_reader(cast)
    with shared_scope(cast.coordinator.principal):
        services.remove_party(party_of(cast, cast.police.membership.organisation))


def signed_for_nothing(cast: Cast) -> None:
    """Every landlord lowers its own limit to the released figures."""
    for landlord in (cast.amandier, cast.bouleau):
        with landlord_scope(landlord.admin.principal):
            Signature.objects.filter(organisation=landlord.organisation).update(cap="neighbourhood")


CUTS: list[Callable[[Cast], None]] = [
    past_its_end,
    ended,
    suspended,
    withdrawn_by_the_reader,
    withdrawn_by_the_landlords,
    reader_taken_out,
    signed_for_nothing,
]
