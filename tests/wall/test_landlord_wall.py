"""The wall between landlords, tried with raw SQL through the login that the product runs as."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError, OperationalError

from tenants.access import landlord_scope
from tenants.stock.models import Site
from tenants.wall.context import BEGAN, NoScopeError, Scope, open_scope, sign
from tests.cast import Cast

REFUSALS = (ProgrammingError, InternalError, OperationalError)


def count_sites() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_site")
        return int(cursor.fetchone()[0])


def test_a_landlord_reads_its_own_rows_only(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        assert count_sites() == 6
        assert set(Site.objects.values_list("landlord_id", flat=True)) == {
            cast.amandier.organisation.pk
        }


def test_without_a_scope_the_login_reads_nothing(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        count_sites()


def test_without_a_scope_the_orm_raises_before_the_database(cast: Cast) -> None:
    with pytest.raises(NoScopeError):
        list(Site.objects.all())


def test_the_role_without_a_context_reads_nothing(cast: Cast) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE orsen_app")
        assert count_sites() == 0
        cursor.execute("SET LOCAL ROLE NONE")


def test_another_landlord_cannot_be_claimed_by_set_config(cast: Cast) -> None:
    """What an injected statement would try: a CTE that changes the setting before the scan."""
    other = cast.bouleau.organisation.pk
    with (
        pytest.raises(REFUSALS, match="permission denied for function set_config"),
        landlord_scope(cast.amandier.admin.principal),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH forged AS (SELECT set_config('orsen.ctx', %s, true)) SELECT count(*) FROM forged, tenants_site",
                [f"landlord|{other}|1|9999999999|0000000000000000|{'00' * 32}"],
            )


def present(context: str) -> None:
    """Take a landlord's purpose with this context, and look at the sites."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE orsen_app")
        cursor.execute("SET LOCAL orsen.ctx = %s", [context])
    count_sites()


def beginning() -> int:
    """When the transaction began, as contexts name it."""
    with connection.cursor() as cursor:
        cursor.execute(BEGAN)
        return int(cursor.fetchone()[0])


def test_a_context_of_ones_own_transaction_is_accepted(cast: Cast) -> None:
    """What the refusals below stand against."""
    with transaction.atomic():
        present(sign(Scope("landlord", cast.amandier.organisation.pk, 1), beginning()))
        transaction.set_rollback(True)


@pytest.mark.parametrize("field", range(7))
def test_a_signed_context_cannot_be_altered(cast: Cast, field: int) -> None:
    began = beginning()
    parts = sign(Scope("landlord", cast.amandier.organisation.pk, 1), began).split("|")
    parts[field] = {
        0: "coordinator",
        1: str(cast.bouleau.organisation.pk),
        2: "2",
        3: "9999999999",
        4: str(began + 1),
        5: "ab",
        6: "00",
    }[field]
    with pytest.raises(REFUSALS, match="invalid context"), transaction.atomic():
        present("|".join(parts))


def test_a_context_overheard_in_another_transaction_is_refused(cast: Cast) -> None:
    """Valid, in time, rightly signed: for the transaction in which it was made."""
    overheard = sign(Scope("landlord", cast.bouleau.organisation.pk, 1), beginning() - 1_000_000)
    with pytest.raises(REFUSALS, match="invalid context"), transaction.atomic():
        present(overheard)


def test_an_expired_context_is_refused(cast: Cast) -> None:
    old = sign(Scope("landlord", cast.amandier.organisation.pk, 1), beginning(), now=0)
    with pytest.raises(REFUSALS, match="invalid context"), transaction.atomic():
        present(old)


def test_a_partners_purpose_has_no_grant_on_a_landlords_table(cast: Cast) -> None:
    scope = Scope("partner", cast.police.membership.organisation_id, cast.police.user.pk)
    with pytest.raises(ProgrammingError, match="permission denied"), open_scope(scope):
        count_sites()


def test_rows_of_another_landlord_can_be_neither_changed_nor_planted(cast: Cast) -> None:
    foreign = cast.bouleau.sites["N1"].pk
    with landlord_scope(cast.amandier.admin.principal):
        assert Site.objects.filter(pk=foreign).update(name="pris") == 0
        assert Site.objects.filter(pk=foreign).delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Site.objects.create(landlord=cast.bouleau.organisation, code="X", name="planté")


def test_a_foreign_key_cannot_cross_landlords(cast: Cast) -> None:
    with (
        pytest.raises(IntegrityError, match="same_landlord"),
        landlord_scope(cast.amandier.admin.principal),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "UPDATE tenants_site SET agency_id = %s WHERE code = 'N1'",
                [cast.bouleau.agencies[0].pk],
            )


def test_assessments_cannot_be_rewritten(cast: Cast) -> None:
    for statement in ("UPDATE tenants_assessment SET level = 1", "DELETE FROM tenants_publication"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            landlord_scope(cast.amandier.admin.principal),
        ):
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_outer_scope_comes_back(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        with landlord_scope(cast.bouleau.admin.principal):
            assert set(Site.objects.values_list("landlord_id", flat=True)) == {
                cast.bouleau.organisation.pk
            }
        assert set(Site.objects.values_list("landlord_id", flat=True)) == {
            cast.amandier.organisation.pk
        }


def test_a_failed_scope_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), landlord_scope(cast.amandier.admin.principal):
        raise ZeroDivisionError
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        count_sites()
