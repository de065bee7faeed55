"""Invitations, roles, suspension: who may, on whom, and with what effect."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Invitation, Membership, User
from accounts.people import services
from accounts.people.services import PeopleError
from tests.cast import Cast

PASSWORD = "un-mot-de-passe-assez-long"


def invite(cast: Cast, email: str = "nouveau@exemple.test") -> None:
    services.invite(
        cast.amandier.admin.principal,
        email=email,
        display_name="Gardien des Tilleuls",
        role_code="caretaker",
        base_url="http://testserver/",
    )


def link_sent() -> str:
    found = re.search(r"http://testserver(/invitation/[\w-]+/)", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.fixture
def link(cast: Cast, django_capture_on_commit_callbacks: object) -> str:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        invite(cast)
    return link_sent()


def test_an_invited_person_sets_a_password_and_becomes_a_member(cast: Cast, link: str) -> None:
    assert Client().get(link).status_code == 200
    answer = Client().post(link, {"password": PASSWORD})
    assert answer["Location"] == "/compte/login/"
    user = User.objects.get(email="nouveau@exemple.test")
    assert user.check_password(PASSWORD)
    assert user.memberships.get().organisation == cast.amandier.organisation


def test_an_invitation_serves_once(cast: Cast, link: str) -> None:
    Client().post(link, {"password": PASSWORD})
    assert Client().get(link).status_code == 410


def test_a_cancelled_or_expired_invitation_opens_nothing(cast: Cast, link: str) -> None:
    invitation = Invitation.objects.get()
    services.cancel_invitation(cast.amandier.admin.principal, invitation.pk)
    assert Client().post(link, {"password": PASSWORD}).status_code == 410
    Invitation.objects.update(cancelled_at=None, expires_at=invitation.created_at)
    assert Client().post(link, {"password": PASSWORD}).status_code == 410
    assert not User.objects.filter(email=invitation.email).exists()


def test_a_weak_password_is_refused_with_a_reason(cast: Cast, link: str) -> None:
    answer = Client().post(link, {"password": "court"})
    assert answer.status_code == 422
    assert "12" in answer.content.decode()


def test_an_invitation_is_no_way_into_an_existing_account(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        invite(cast, email=cast.bouleau.caretaker.user.email)
    Client().post(link_sent(), {"password": PASSWORD})
    assert not cast.amandier.organisation.memberships.filter(
        user=cast.bouleau.caretaker.user
    ).exists()
    cast.bouleau.caretaker.client().post(link_sent())
    assert cast.amandier.organisation.memberships.filter(user=cast.bouleau.caretaker.user).exists()


def test_the_secret_itself_is_not_kept(cast: Cast, link: str) -> None:
    secret = link.split("/")[2]
    assert secret not in str(Invitation.objects.values().get())


def test_a_landlord_gives_no_role_of_another_kind(cast: Cast) -> None:
    with pytest.raises(PeopleError):
        services.invite(
            cast.amandier.admin.principal,
            email="x@exemple.test",
            display_name="x",
            role_code="coordinator",
            base_url="/",
        )


def test_only_an_administrator_opens_the_page(cast: Cast) -> None:
    for member in (
        cast.amandier.admin,
        cast.police,
    ):  # a correspondent manages her partner's people
        assert member.client().get("/personnes/").status_code == 200
    for member in (cast.amandier.security, cast.amandier.caretaker, cast.parquet, cast.coordinator):
        assert member.client().get("/personnes/").status_code == 403


def test_the_page_lists_the_own_people_only(cast: Cast) -> None:
    page = cast.amandier.admin.client().get("/personnes/").content.decode()
    assert cast.amandier.caretaker.user.email in page
    assert cast.bouleau.caretaker.user.email not in page


@pytest.mark.parametrize("verb", ["suspendre", "retablir", "role"])
def test_the_people_of_another_organisation_are_out_of_reach(cast: Cast, verb: str) -> None:
    target = cast.bouleau.caretaker.membership
    answer = cast.amandier.admin.client().post(
        f"/personnes/{target.pk}/{verb}/", {"role_code": "landlord_admin"}
    )
    assert answer.status_code == 302
    unchanged = Membership.objects.get(pk=target.pk)
    assert (unchanged.suspended_at, unchanged.role_code) == (None, "caretaker")


def test_a_suspension_takes_effect_at_the_next_request(cast: Cast) -> None:
    caretaker = cast.amandier.caretaker.client()
    admin = cast.amandier.admin.client()
    admin.post(f"/personnes/{cast.amandier.caretaker.membership.pk}/suspendre/")
    assert caretaker.get("/").status_code == 403
    admin.post(f"/personnes/{cast.amandier.caretaker.membership.pk}/retablir/")
    assert Membership.objects.get(pk=cast.amandier.caretaker.membership.pk).suspended_at is None


def test_nobody_locks_herself_out(cast: Cast) -> None:
    admin = cast.amandier.admin
    admin.client().post(f"/personnes/{admin.membership.pk}/suspendre/")
    admin.client().post(f"/personnes/{admin.membership.pk}/role/", {"role_code": "caretaker"})
    unchanged = Membership.objects.get(pk=admin.membership.pk)
    assert (unchanged.suspended_at, unchanged.role_code) == (None, "landlord_admin")


def test_a_changed_role_counts_at_once(cast: Cast) -> None:
    services.change_role(
        cast.amandier.admin.principal, cast.amandier.caretaker.membership.pk, "support_reader"
    )
    assert Membership.objects.get(pk=cast.amandier.caretaker.membership.pk).role.reach == "all"


def test_a_form_with_an_error_keeps_what_was_typed(cast: Cast) -> None:
    answer = cast.amandier.admin.client().post(
        "/personnes/inviter/", {"email": "pas une adresse", "display_name": "Gardien"}
    )
    assert answer.status_code == 422
    assert "pas une adresse" in answer.content.decode()


def test_an_administrator_declares_the_sirets_of_her_organisation_alone(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    answer = client.post(
        "/personnes/siret/", {"siret": "821 611 431 00015", "other_sirets": "90000000100017\n"}
    )
    assert answer.status_code == 302
    cast.amandier.organisation.refresh_from_db()
    assert cast.amandier.organisation.declared_sirets == {"82161143100015", "90000000100017"}
    cast.bouleau.organisation.refresh_from_db()
    assert cast.bouleau.organisation.declared_sirets == set()


@pytest.mark.parametrize("typed", ["82161143100016", "123", "8216114310001a"])
def test_a_mistyped_siret_is_refused(cast: Cast, typed: str) -> None:
    answer = cast.amandier.admin.client().post("/personnes/siret/", {"other_sirets": typed})
    assert answer.status_code == 422
    assert "14 chiffres" in answer.content.decode()


def test_changes_of_rights_are_in_the_security_journal_of_that_organisation(cast: Cast) -> None:
    admin = cast.amandier.admin.client()
    admin.post(f"/personnes/{cast.amandier.caretaker.membership.pk}/suspendre/")
    page = admin.get("/personnes/securite/").content.decode()
    assert "Suspension" in page
    assert cast.amandier.caretaker.user.display_name in page
    assert (
        "Suspension" not in cast.bouleau.admin.client().get("/personnes/securite/").content.decode()
    )
