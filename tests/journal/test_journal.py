"""The journal: who may read and write which entry, and what its seals notice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connections
from django.utils import timezone

from sharing.access import shared_scope, shared_site
from sharing.details import Detail
from sharing.journal.models import Action, JournalEntry, JournalSegment
from sharing.journal.sealing import purge, seal_waiting_entries, verify
from sharing.journal.services import about_my_sites, my_own, record, record_map, record_site
from sharing.journal.tasks import seal_journal
from tenants.access import landlord_scope
from tenants.wall.context import Scope, open_scope
from tests.cast import Cast, make_cast


def police_opens(cast: Cast, code: str = "N4") -> None:
    with shared_scope(cast.police.principal):
        record_site(
            cast.police.principal, shared_site(cast.police.principal, cast.amandier.sites[code].key)
        )


def test_the_landlord_sees_who_opened_its_sites(cast: Cast) -> None:
    police_opens(cast)
    with landlord_scope(cast.amandier.admin.principal):
        entry = about_my_sites(cast.amandier.admin.principal).get()
        assert (entry.organisation.short_name, entry.action, entry.detail) == (
            "Police 99",
            Action.OPENED,
            Detail.SITE,
        )
        assert entry.site_key == cast.amandier.sites["N4"].key
        assert entry.convention_id == cast.convention.pk


def test_another_landlord_and_another_partner_do_not(cast: Cast) -> None:
    police_opens(cast)
    for member in (cast.bouleau.admin, cast.parquet, cast.coordinator):
        with shared_scope(member.principal):
            assert JournalEntry.objects.count() == 0


def test_the_partner_sees_its_own(cast: Cast) -> None:
    police_opens(cast)
    with shared_scope(cast.police.principal):
        assert my_own(cast.police.principal).count() == 1


def test_nobody_writes_in_the_name_of_another(cast: Cast) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        shared_scope(cast.police.principal),
    ):
        record(cast.parquet.principal, Action.OPENED, Detail.SITE)


@pytest.mark.parametrize(
    "statement", ["UPDATE sharing_journalentry SET rows = 0", "DELETE FROM sharing_journalentry"]
)
@pytest.mark.parametrize("who", ["police", "landlord"])
def test_an_entry_can_be_neither_changed_nor_deleted(cast: Cast, statement: str, who: str) -> None:
    police_opens(cast)
    member = cast.police if who == "police" else cast.amandier.admin
    with pytest.raises(ProgrammingError, match="permission denied"), shared_scope(member.principal):
        with connections["default"].cursor() as cursor:
            cursor.execute(statement)


def test_the_queue_may_seal_but_not_rewrite(cast: Cast) -> None:
    police_opens(cast)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        open_scope(Scope("queue", 0, 0)),
    ):
        JournalEntry.objects.update(rows=0)


def test_the_map_is_journalled_by_quarter_of_an_hour(cast: Cast) -> None:
    with shared_scope(cast.police.principal):
        assert [record_map(cast.police.principal) for _ in range(3)] == [True, False, False]


def sealed(cast: Cast, runs: int = 2) -> None:
    for _ in range(runs):
        police_opens(cast, "N4")
        police_opens(cast, "N3")
        assert seal_journal() == 2


def test_an_untouched_journal_verifies(committed: None, capsys: pytest.CaptureFixture[str]) -> None:
    sealed(make_cast())
    verdict = verify()
    assert (verdict.segments, verdict.entries, verdict.faults) == (2, 4, [])
    call_command("verify_journal")
    assert "2 segments, 4 entrées" in capsys.readouterr().out


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE sharing_journalentry SET rows = 7 WHERE id = (SELECT min(id) FROM sharing_journalentry)",
        "DELETE FROM sharing_journalentry WHERE id = (SELECT max(id) FROM sharing_journalentry)",
        (
            "UPDATE sharing_journalsegment SET content_sha256 = repeat('a', 64) WHERE id = (SELECT min(id) FROM "
            "sharing_journalsegment)"
        ),
        "UPDATE sharing_journalentry SET segment_id = (SELECT max(id) FROM sharing_journalsegment)",
    ],
)
def test_tampering_is_noticed(committed: None, tamper: str) -> None:
    sealed(make_cast())
    with connections["owner"].cursor() as cursor:
        cursor.execute(tamper)
    assert verify().faults != []
    with pytest.raises(CommandError, match="Journal altéré"):
        call_command("verify_journal")


def test_old_segments_are_purged_whole_and_the_chain_holds(committed: None) -> None:
    sealed(make_cast())
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT min(id) FROM sharing_journalsegment")
        first = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE sharing_journalsegment SET last_at = %s WHERE id = %s",
            [timezone.now() - dt.timedelta(days=400), first],
        )
    assert purge(timezone.now() - dt.timedelta(days=365)) == 2
    verdict = verify()
    assert (verdict.segments, verdict.entries, verdict.faults) == (2, 2, [])
    assert JournalSegment.objects.using("owner").get(pk=first).purged_at is not None


def test_nothing_to_seal_makes_no_segment(cast: Cast) -> None:
    with open_scope(Scope("queue", 0, 0)):
        assert seal_waiting_entries() is None
