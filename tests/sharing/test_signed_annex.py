"""A version that somebody signed does not change, whoever asks and by whatever way: PostgreSQL refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions import services
from sharing.conventions.models import Annex, Signature
from tests.cast import Cast, amended

COPY_A_LINE = (
    "INSERT INTO sharing_annexline (convention_id, annex_id, reader, category, territory_id, min_level, detail) "
    "SELECT convention_id, annex_id, reader, 'parquet', territory_id, 1, 'file' FROM sharing_annexline"
)


def run(cast: Cast, sql: str) -> int:
    """Raw SQL in the coordination's own scope, which may write conventions. Returns the rows touched."""
    with (
        shared_scope(cast.coordinator.principal),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        return int(cursor.rowcount)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sharing_annexline SET detail = 'file'",
        "UPDATE sharing_annexline SET min_level = 1",
        "DELETE FROM sharing_annexline",
        COPY_A_LINE,
        "UPDATE sharing_annex SET grace_days = 60",
        "UPDATE sharing_annex SET number = 7",
        "UPDATE sharing_annex SET state = 'draft'",
        "UPDATE sharing_annex SET state = 'proposed'",
        "UPDATE sharing_annex SET in_force_at = now()",
        "DELETE FROM sharing_annex",
    ],
)
def test_what_was_signed_is_refused_any_change(cast: Cast, sql: str) -> None:
    with pytest.raises(IntegrityError, match="a signed annex"):
        run(cast, sql)


def test_a_line_cannot_move_from_a_draft_into_a_signed_version(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        draft = services.start_version(cast.convention)
    move = "UPDATE sharing_annexline SET annex_id = (SELECT id FROM sharing_annex WHERE number = 1) WHERE annex_id = "
    with pytest.raises(IntegrityError, match="a signed annex"):
        run(cast, f"{move}{draft.pk}")


def test_a_draft_changes_freely_and_a_signed_version_only_moves_on(cast: Cast) -> None:
    with amended(cast) as annex:
        assert annex.lines.update(min_level=1) == 1
        services.set_grace(annex, 15)
    assert run(cast, "UPDATE sharing_annex SET state = state") == 2
    with shared_scope(cast.coordinator.principal):
        states = dict(Annex.objects.values_list("number", "state"))
        old = Annex.objects.get(number=1)
        assert [line.min_level for line in old.lines.all()] == [3], "the old version is kept"
        assert Signature.objects.filter(annex=old).count() == 3
    assert states == {1: "replaced", 2: "in_force"}
    with pytest.raises(IntegrityError, match="a signed annex"):
        run(cast, "UPDATE sharing_annex SET state = 'in_force' WHERE number = 1")
    with pytest.raises(IntegrityError, match="a signed annex"):
        run(cast, "UPDATE sharing_annexline SET detail = 'file'")


def test_a_withdrawn_signature_does_not_thaw_the_version(cast: Cast) -> None:
    for member in (cast.amandier.admin, cast.bouleau.admin, cast.police):
        with shared_scope(member.principal):
            own = Signature.objects.filter(organisation_id=member.principal.organisation_id)
            own.update(withdrawn_at=timezone.now())
    with pytest.raises(IntegrityError, match="a signed annex"):
        run(cast, "UPDATE sharing_annexline SET detail = 'file'")
