"""Exceptional grants: what they add, until when, and that they never cross the wall."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tenants.access import landlord_scope, sites
from tenants.access.grants import GrantError, grant
from tenants.access.models import ObjectGrant
from tests.cast import Cast, Member

TODAY = timezone.localdate()


def codes(member: Member) -> set[str]:
    with landlord_scope(member.principal):
        return set(sites(member.principal).values_list("code", flat=True))


def give(cast: Cast, to: Member, code: str, until: dt.date) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        grant(
            cast.amandier.admin.principal,
            cast.amandier.sites[code],
            to.membership,
            reason="congés",
            until=until,
        )


def test_reach_without_a_grant(cast: Cast) -> None:
    assert codes(cast.amandier.admin) == {"N1", "N2", "N3", "N4", "S3", "S0"}
    assert codes(cast.amandier.director) == {"N1", "N2", "N3", "N4"}
    assert codes(cast.amandier.caretaker) == {"N3"}


def test_a_grant_adds_one_site_to_one_person(cast: Cast) -> None:
    give(cast, cast.amandier.caretaker, "S3", TODAY)
    assert codes(cast.amandier.caretaker) == {"N3", "S3"}
    assert codes(cast.amandier.director) == {"N1", "N2", "N3", "N4"}
    assert codes(cast.bouleau.caretaker) == {"N3"}


def test_an_expired_grant_is_none(cast: Cast) -> None:
    give(cast, cast.amandier.caretaker, "S3", TODAY)
    with landlord_scope(cast.amandier.admin.principal):
        ObjectGrant.ever.update(until=TODAY - dt.timedelta(days=1))
    assert codes(cast.amandier.caretaker) == {"N3"}


def test_a_grant_cannot_name_somebody_of_another_landlord(cast: Cast) -> None:
    with pytest.raises(GrantError):
        give(cast, cast.bouleau.caretaker, "S3", TODAY)


@pytest.mark.parametrize(("days", "reason"), [(-1, "congés"), (400, "congés"), (3, "  ")])
def test_a_grant_has_a_reason_and_an_end(cast: Cast, days: int, reason: str) -> None:
    with pytest.raises(GrantError), landlord_scope(cast.amandier.admin.principal):
        grant(
            cast.amandier.admin.principal, cast.amandier.sites["S3"], cast.amandier.caretaker.membership,
            reason=reason, until=TODAY + dt.timedelta(days=days),
        )  # fmt: skip


def test_the_administrator_gives_and_ends_it_on_the_page(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    page = f"/sites/{cast.amandier.sites['S3'].key}/droits/"
    data = {
        "membership": cast.amandier.caretaker.membership.pk,
        "until": TODAY.isoformat(),
        "reason": "congés",
    }
    assert client.post(page, data).status_code == 302
    assert codes(cast.amandier.caretaker) == {"N3", "S3"}
    assert "congés" in client.get(page).content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        pk = ObjectGrant.objects.get().pk
    client.post(f"{page}{pk}/retirer/")
    assert codes(cast.amandier.caretaker) == {"N3"}


def test_nobody_else_reaches_the_page(cast: Cast) -> None:
    page = f"/sites/{cast.amandier.sites['S3'].key}/droits/"
    assert cast.bouleau.admin.client().get(page).status_code == 404
    for member in (cast.amandier.caretaker, cast.amandier.director, cast.police, cast.coordinator):
        assert member.client().get(page).status_code == 403
