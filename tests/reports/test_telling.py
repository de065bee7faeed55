"""Whoever reads a report hears that it is there, that it replaces another, and why it was taken back; nobody else does."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.db import DatabaseError, connections, transaction
from django.urls import reverse

from sharing.access import shared_scope
from sharing.conventions.models import Convention, Party
from sharing.notices.models import Notice
from sharing.notices.services import mail_waiting
from sharing.release.builder import build
from sharing.reports import publishing
from sharing.reports.models import Report, Withdrawal
from sharing.reports.services import ReportRefusedError
from tests.cast import Member
from tests.reports.scene import ReportScene, make_report

pytestmark = pytest.mark.commits


@pytest.fixture
def draft(committed: None) -> ReportScene:
    return make_report(published=False)


def titles(member: Member) -> list[str]:
    with shared_scope(member.principal):
        found = Notice.objects.filter(organisation_id=member.principal.organisation_id)
        return [title.split(" «")[0] for title in found.order_by("pk").values_list("title", flat=True)]  # fmt: skip


def readers(found: ReportScene) -> dict[str, Member]:
    scene = found.scene
    landlords = {each.organisation.short_name: each.admin for each in scene.landlords}
    return {**landlords, "police": scene.cast.police, "commune": scene.commune}


def take_back(found: ReportScene, **reason: str) -> None:
    found.scene.coordinator.client().post(
        reverse("report-withdraw", args=[found.report.key]), reason or {"reason": "data"}
    )


def publish(found: ReportScene) -> int:
    principal = found.scene.coordinator.principal
    with shared_scope(principal):
        report = Report.objects.select_related("release__round", "convention").get(
            pk=found.report.pk
        )
        return publishing.publish(principal, report)


def test_every_reader_hears_of_it_once_and_nobody_else(draft: ReportScene) -> None:
    with shared_scope(draft.scene.coordinator.principal):
        Party.objects.filter(organisation=draft.scene.cast.police.membership.organisation).update(
            correspondent_email="correspondant@police.test"
        )
    assert not any(titles(member) for member in readers(draft).values())
    assert publish(draft) == len(readers(draft))
    assert all(titles(member) == ["Nouveau rapport :"] for member in readers(draft).values())
    assert titles(draft.scene.cast.parquet) == []
    assert mail_waiting() == 1
    assert mail.outbox[0].to == ["correspondant@police.test"]
    assert "Les Tilleuls" not in mail.outbox[0].body  # a link, never a figure
    assert draft.report.title in draft.scene.cast.police.client().get(reverse("partner-home")).content.decode()  # fmt: skip


def test_a_party_that_reads_no_figures_hears_nothing(draft: ReportScene) -> None:
    with shared_scope(draft.scene.coordinator.principal):
        Party.objects.create(
            convention=draft.scene.convention,
            organisation=draft.scene.cast.parquet.membership.organisation,
        )
    assert publish(draft) == len(readers(draft))
    assert titles(draft.scene.cast.parquet) == []
    take_back(draft)
    assert titles(draft.scene.cast.parquet) == []


def test_readers_are_told_why_it_was_taken_back_and_read_it_on_its_page(draft: ReportScene) -> None:
    publish(draft)
    take_back(draft, reason="other", note="Les logements de Bruyère étaient comptés deux fois")
    url = reverse("report-detail", args=[draft.report.key])
    for member in readers(draft).values():
        assert titles(member) == ["Nouveau rapport :", "Rapport retiré :"]
        answer = member.client().get(url)
        assert answer.status_code == 410
        assert "comptés deux fois" in answer.content.decode()
        assert "comptés deux fois" in member.client().get(reverse("report-list")).content.decode()
    stranger = draft.scene.cast.parquet.client()
    assert stranger.get(url).status_code == 404
    assert "comptés deux fois" not in stranger.get(reverse("report-list")).content.decode()
    assert "comptés deux fois" in draft.scene.coordinator.client().get(url).content.decode()


def test_who_read_it_hears_of_the_withdrawal_after_the_convention_s_end(draft: ReportScene) -> None:
    publish(draft)
    Convention.objects.using("owner").filter(pk=draft.scene.convention.pk).update(state="ended")
    connections["owner"].close()
    take_back(draft)
    assert titles(draft.scene.cast.police) == ["Nouveau rapport :", "Rapport retiré :"]
    # The notice alone: the page is the convention's, which binds nobody any more.
    assert (
        draft.scene.cast.police.client()
        .get(reverse("report-detail", args=[draft.report.key]))
        .status_code
        == 404
    )


def test_one_taken_back_before_it_was_published_tells_nobody(draft: ReportScene) -> None:
    take_back(draft)
    for member in readers(draft).values():
        assert titles(member) == []
        url = reverse("report-detail", args=[draft.report.key])
        assert member.client().get(url).status_code == 404


def test_the_one_that_follows_says_that_it_replaces(draft: ReportScene) -> None:
    publish(draft)
    take_back(draft)
    release = build(draft.round, uuid.uuid4())
    with shared_scope(draft.scene.coordinator.principal):
        second = Report.objects.create(
            convention=draft.scene.convention, release_id=release.pk, title="Corrigé"
        )
    publish(ReportScene(draft.scene, draft.round, second))
    assert titles(draft.scene.cast.police)[-1] == "Rapport remplacé :"


def test_a_withdrawal_without_a_reason_is_refused_and_one_is_for_good(draft: ReportScene) -> None:
    publish(draft)
    principal = draft.scene.coordinator.principal
    with shared_scope(principal):
        report = Report.objects.select_related("release__round").get(pk=draft.report.pk)
        for reason, note in (("", ""), ("caprice", ""), ("other", "  ")):
            with pytest.raises(ReportRefusedError, match="pourquoi"):
                publishing.withdraw(principal, report, reason, note)
        publishing.withdraw(principal, report, "data")
        for change in (
            lambda: Withdrawal.objects.update(reason="scope"),
            lambda: Withdrawal.objects.all().delete(),
            lambda: Report.objects.filter(pk=report.pk).update(withdrawn_at=None),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_no_reader_may_write_or_forge_one(draft: ReportScene) -> None:
    publish(draft)
    for member in (draft.scene.cast.police, draft.scene.cast.amandier.admin):
        assert member.client().post(
            reverse("report-withdraw", args=[draft.report.key]), {"reason": "data"}
        ).status_code == 403  # fmt: skip
        with shared_scope(member.principal), pytest.raises(DatabaseError), transaction.atomic():
            Withdrawal.objects.create(
                report_id=draft.report.pk, report_key=draft.report.key, round_key=draft.round.key,
                convention=draft.scene.convention, title="Faux", published_at=draft.report.created_at,
                withdrawn_at=draft.report.created_at, reason="data",
            )  # fmt: skip
