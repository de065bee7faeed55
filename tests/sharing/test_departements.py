"""A coordinator by département works on the conventions of hers, and on no other of her own coordination."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.departements import codes_for, read_codes
from accounts.models import Invitation, Membership
from accounts.people import services
from accounts.people.services import PeopleError
from accounts.roles import ROLES
from sharing.access import shared_scope
from sharing.conventions.models import Convention
from sharing.notices.models import Notice
from sharing.receipts.models import Receipt
from tests.cast import Cast, Member, make_member

pytestmark = pytest.mark.django_db


def narrow(member: Member, *codes: str) -> Member:
    """Give the member these départements."""
    member.membership.departement_codes = list(codes)
    member.membership.save(update_fields=["departement_codes"])
    return member


def held(member: Member) -> int:
    """How many conventions she reads."""
    with shared_scope(member.principal):
        return Convention.objects.count()


@pytest.fixture
def colleague(cast: Cast) -> Member:
    """The same coordination, another département."""
    organisation = cast.coordinator.membership.organisation
    return narrow(make_member(organisation, "coordinator", "Coordination du 98"), "98")


def test_the_database_narrows_exactly_the_roles_by_departement(cast: Cast) -> None:
    organisation = cast.coordinator.membership.organisation
    for code, role in ROLES.items():
        if role.organisation_kind == "coordinator":
            member = narrow(make_member(organisation, code, code))
            assert (held(member) == 0) is role.by_departement, code


def test_a_coordinator_reads_the_conventions_of_hers_only(cast: Cast, colleague: Member) -> None:
    assert held(cast.coordinator) == 1
    assert held(colleague) == 0
    narrow(colleague, "98", "99")
    assert held(colleague) == 1
    narrow(colleague)
    assert held(colleague) == 0


def test_pages_of_another_departement_are_not_found(cast: Cast, colleague: Member) -> None:
    page = reverse("convention", args=[cast.convention.key])
    assert cast.coordinator.client().get(page).status_code == 200
    assert colleague.client().get(page).status_code == 404
    listed = colleague.client().get(reverse("convention-list")).content.decode()
    assert cast.convention.name not in listed


def test_whoever_also_administers_is_not_narrowed(colleague: Member) -> None:
    other = Membership.objects.create(
        user=colleague.user,
        organisation=colleague.membership.organisation,
        role_code="coordination_admin",
    )
    assert held(colleague) == 1
    other.suspended_at = timezone.now()
    other.save(update_fields=["suspended_at"])
    assert held(colleague) == 0


def test_notices_and_copies_follow_the_conventions(cast: Cast, colleague: Member) -> None:
    organisation = cast.coordinator.membership.organisation
    with shared_scope(cast.coordinator.principal):
        Notice.objects.create(
            cause="essai", organisation=organisation, sender=organisation, convention_id=cast.convention.pk, title="Avis"
        )  # fmt: skip
        Receipt.objects.create(
            number="R1", kind="report", title="Rapport", organisation=organisation, sha256="0" * 64, size=1, rows=0,
            membership_id=cast.coordinator.membership.pk, role_code="coordinator", convention_ids=[cast.convention.pk],
            file_name="r.pdf", media_type="application/pdf", path="r.pdf",
            expires_at=timezone.now() + dt.timedelta(days=1),
        )  # fmt: skip
        assert (Notice.objects.count(), Receipt.objects.count()) == (1, 1)
    with shared_scope(colleague.principal):
        assert (Notice.objects.count(), Receipt.objects.count()) == (0, 0)


def test_a_convention_is_prepared_in_ones_own_departement(cast: Cast, colleague: Member) -> None:
    """The form offers no other; PostgreSQL refuses what would come past the form."""
    page = colleague.client().get(reverse("convention-create")).content.decode()
    assert 'value="99"' not in page
    with shared_scope(colleague.principal), connection.cursor() as cursor:
        cursor.execute("SELECT shared.my_departements()")
        assert cursor.fetchone() == (["98"],)


def test_another_coordinator_cannot_edit_it(cast: Cast, colleague: Member) -> None:
    with shared_scope(colleague.principal):
        assert Convention.objects.filter(pk=cast.convention.pk).update(name="Autre") == 0


@pytest.mark.parametrize(
    ("text", "codes"),
    [("93, 94", ["93", "94"]), ("2a;2A", ["2A"]), (" 974 ", ["974"]), ("", [])],
)
def test_codes_are_read(text: str, codes: list[str]) -> None:
    assert read_codes(text) == codes


@pytest.mark.parametrize("text", ["00", "9", "93000", "Seine", "9３"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        read_codes(text)


def test_only_a_role_by_departement_keeps_codes_and_it_needs_one() -> None:
    assert codes_for("coordination_admin", "93") == []
    assert codes_for("coordinator", "93") == ["93"]
    with pytest.raises(ValidationError):
        codes_for("coordinator", " ")


class TestPeople:
    """The administrator gives départements, in the invitation and on the list of people."""

    @pytest.fixture
    def admin(self, cast: Cast) -> Member:
        return make_member(
            cast.coordinator.membership.organisation, "coordination_admin", "Administration"
        )

    def test_an_invitation_carries_them_to_the_membership(self, admin: Member) -> None:
        data = {
            "email": "nouvelle@exemple.test", "display_name": "Coordination du 94", "role_code": "coordinator",
        }  # fmt: skip
        services.invite(admin.principal, **data, base_url="https://x", departements="94")
        invitation = Invitation.objects.get(email="nouvelle@exemple.test")
        assert invitation.departement_codes == ["94"]
        with pytest.raises(PeopleError, match="département"):
            services.invite(admin.principal, **data, base_url="https://x", departements="")

    def test_they_change_at_the_next_request(self, admin: Member, colleague: Member) -> None:
        services.change_role(admin.principal, colleague.membership.pk, "coordinator", "99")
        assert held(colleague) == 1
        services.change_role(admin.principal, colleague.membership.pk, "coordinator", "93")
        assert held(colleague) == 0
        with pytest.raises(PeopleError, match="département"):
            services.change_role(admin.principal, colleague.membership.pk, "coordinator", "Paris")

    def test_the_pages_offer_them(self, admin: Member, colleague: Member) -> None:
        page = admin.client().get(reverse("people-list")).content.decode()
        assert "Coordinateur départemental" in page
        assert 'value="98"' in page
