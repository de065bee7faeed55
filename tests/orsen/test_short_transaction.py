"""A transaction whose BEGIN travels with its first statement, on a connection that really commits."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from orsen.short_transaction import beginning_with
from tenants.wall.context import Scope, ask, rest_of_transaction
from tenants.wall.statements import StackedStatementError, first_in_scope, first_in_transaction

BEGAN = first_in_transaction("SELECT (extract(epoch FROM now()) * 1000000)::bigint")
WHO = first_in_scope("SELECT coalesce(wall.organisation(), 0)")


def in_transaction() -> bool:
    """Whether PostgreSQL has a transaction open on the connection."""
    with connection.cursor() as cursor:
        return bool(cursor.connection.info.transaction_status)


@pytest.mark.usefixtures("committed")
class TestOnItsOwn:
    def test_it_ends_with_a_commit_and_what_waited_for_that_runs(self) -> None:
        ran: list[str] = []
        with beginning_with(BEGAN, []) as row:
            assert row is not None
            assert connection.in_atomic_block
            assert in_transaction()
            transaction.on_commit(lambda: ran.append("hook"))
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            assert ran == []
        assert ran == ["hook"]
        assert connection.get_autocommit()
        assert not connection.in_atomic_block
        assert not in_transaction()

    def test_what_fails_is_rolled_back_and_its_hooks_are_forgotten(self) -> None:
        ran: list[str] = []

        def fail() -> None:
            with beginning_with(BEGAN, []):
                transaction.on_commit(lambda: ran.append("hook"))
                raise LookupError

        with pytest.raises(LookupError):
            fail()
        with transaction.atomic():
            pass
        assert ran == []
        assert not in_transaction()

    def test_the_scope_ends_with_it(self) -> None:
        with beginning_with(BEGAN, []) as row:
            assert row is not None
            scope = Scope("partner", 7, 1)
            with rest_of_transaction(scope, row[0], asking=WHO):
                assert ask(scope, WHO) == (7,)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('orsen.ctx', true)")
            assert cursor.fetchone() in {("orsen_web", ""), ("orsen_web", None)}


@pytest.mark.django_db
class TestAskedAlong:
    def test_the_answer_of_one_scope_is_never_given_to_another(self) -> None:
        with beginning_with(BEGAN, []) as row:
            assert row is not None
            mine, other = Scope("partner", 7, 1), Scope("partner", 8, 1)
            with rest_of_transaction(mine, row[0], asking=WHO):
                assert ask(other, WHO) == (8,)
                assert ask(mine, WHO) == (7,)
                assert ask(mine, WHO) == (7,)  # asked anew: an answer is given once

    def test_a_text_that_the_code_did_not_name_may_not_be_stacked(self) -> None:
        with pytest.raises(StackedStatementError), connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 2")
        with beginning_with(BEGAN, []) as row:
            assert row is not None
            scope = rest_of_transaction(Scope("partner", 7, 1), row[0], asking="SELECT 3")
            with pytest.raises(StackedStatementError), scope:
                pass
