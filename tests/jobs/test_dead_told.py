"""A job of the sharing side that was given up is told once, to the organisation that asked for it, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.notices.deadjobs import KINDS
from sharing.notices.models import Notice
from sharing.notices.tasks import tell_of_dead_jobs
from tenants.jobs import registry
from tenants.jobs.models import Job
from tests.cast import Cast, Member


def give_up(member: Member, kind: str = "report-pdf", *, days_ago: int = 0) -> Job:
    """A job of the member's, dead."""
    with shared_scope(member.principal):
        made: Job = Job.objects.create(
            kind=kind, organisation_id=member.principal.organisation_id, membership_id=member.membership.pk,
            principal=member.principal.as_json(), state=Job.State.DEAD, attempt=3, message="Le disque est plein.",
            finished_at=timezone.now() - dt.timedelta(days=days_ago),
        )  # fmt: skip
    return made


def told(member: Member) -> int:
    with shared_scope(member.principal):
        return Notice.objects.filter(
            organisation_id=member.principal.organisation_id, cause__startswith="dead:"
        ).count()


def test_every_job_of_the_sharing_side_has_its_words() -> None:
    registry._load()
    sharing = {
        name for name, kind in registry._KINDS.items() if kind.work.__module__.startswith("sharing.")
    }  # fmt: skip
    assert sharing == set(KINDS)
    for _label, page in KINDS.values():
        assert reverse(page)


def test_it_is_told_once_and_again_when_it_is_given_up_again(cast: Cast) -> None:
    job = give_up(cast.police)
    assert [tell_of_dead_jobs(), tell_of_dead_jobs()] == [1, 0]
    with shared_scope(cast.police.principal):
        Job.objects.filter(pk=job.pk).update(attempt=6)
    assert [tell_of_dead_jobs(), tell_of_dead_jobs()] == [1, 0]
    assert (told(cast.police), told(cast.parquet), told(cast.coordinator)) == (2, 0, 0)
    text = cast.police.client().get(reverse("partner-home")).content.decode()
    assert "Le disque est plein." in text


def test_whoever_asked_may_have_left_a_colleague_is_told(cast: Cast) -> None:
    give_up(cast.amandier.director)
    cast.amandier.director.membership.suspended_at = timezone.now()
    cast.amandier.director.membership.save()
    assert tell_of_dead_jobs() == 1
    assert told(cast.amandier.admin) == 1


@pytest.mark.parametrize("change", ["old", "done", "other side"], ids=["old", "done", "other side"])
def test_what_is_old_what_went_well_and_other_work_is_not_told(cast: Cast, change: str) -> None:
    job = give_up(
        cast.police,
        "stock-import" if change == "other side" else "report-pdf",
        days_ago=8 if change == "old" else 0,
    )
    if change == "done":
        with shared_scope(cast.police.principal):
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    assert tell_of_dead_jobs() == 0
