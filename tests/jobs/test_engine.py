"""The life of a job: claimed once, fenced, tried again, given up. On real commits and several connections."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from accounts.models import Membership
from tenants.access import landlord_scope
from tenants.jobs import claims, services, tasks
from tenants.jobs.claims import QUEUE_SCOPE, JobLostError
from tenants.jobs.models import Job
from tenants.jobs.registry import JobRefusedError
from tenants.jobs.runner import run_one
from tenants.jobs.running import RunningJob
from tenants.wall.context import open_scope
from tests.cast import Cast, make_cast
from tests.jobs.kinds import declared

pytestmark = pytest.mark.commits


@pytest.fixture
def people(committed: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queues that a worker was woken for; nothing leaves for the broker."""
    queues: list[str] = []
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda queue: queues.append(queue) or True)
    return queues


def ask(cast: Cast, kind: str = "count", payload: dict[str, Any] | None = None) -> Job:
    with landlord_scope(cast.amandier.admin.principal):
        return services.enqueue(cast.amandier.admin.principal, kind, payload or {})


def now_of(job: Job) -> Job:
    with open_scope(QUEUE_SCOPE):
        return Job.objects.get(pk=job.pk)


def silence(job: Job) -> None:
    """What a killed worker leaves behind: a lease that nobody renews."""
    with open_scope(QUEUE_SCOPE):
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def count(running: RunningJob) -> dict[str, Any]:
    running.progress(1, 2, "à mi-chemin")
    return {"of": running.payload.get("of"), "landlord": running.principal.organisation_id}


def test_a_job_runs_and_keeps_its_result(people: Cast, woken: list[str]) -> None:
    with declared("count", count):
        job = ask(people, payload={"of": 7})
        assert woken == ["jobs"]
        assert run_one("jobs")
        assert not run_one("jobs")
    done = now_of(job)
    assert (done.state, done.attempt, done.lease_until) == (Job.State.DONE, 1, None)
    assert done.result == {"of": 7, "landlord": people.amandier.organisation.pk}
    assert (done.done_steps, done.total_steps) == (1, 2)


def test_nobody_is_woken_for_a_change_that_is_undone(people: Cast, woken: list[str]) -> None:
    with declared("count", count), pytest.raises(RuntimeError):
        with landlord_scope(people.amandier.admin.principal):
            services.enqueue(people.amandier.admin.principal, "count", {})
            raise RuntimeError
    assert woken == []
    assert not run_one("jobs")


def test_two_workers_never_take_the_same_job(people: Cast) -> None:
    with declared("count", count):
        jobs = {ask(people).pk, ask(people).pk}
        taken: list[int] = []
        both_hold_one = threading.Barrier(2, timeout=10)

        def work() -> None:
            try:
                with open_scope(
                    QUEUE_SCOPE
                ):  # the claim's transaction stays open: its row stays locked
                    held = claims.claim("jobs")
                    assert held is not None
                    taken.append(held.id)
                    both_hold_one.wait()
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(taken) == sorted(jobs)


def test_progress_shows_while_the_work_goes_on(people: Cast) -> None:
    seen: list[tuple[int, str]] = []

    def watched(running: RunningJob) -> dict[str, Any]:
        with landlord_scope(running.principal):  # the work's own transaction is still open
            running.progress(3, 9, "au tiers")
            seen.extend(Job.objects.values_list("done_steps", "message").filter(key=running.key))
        return {}

    with declared("watched", watched):
        ask(people, "watched")
        run_one("jobs")
    assert seen == [(3, "au tiers")]


def test_a_worker_that_lost_its_lease_writes_nothing_more(people: Cast) -> None:
    with declared("count", count):
        job = ask(people)
        slow = claims.claim("jobs")
        assert slow is not None
        silence(job)
        quick = claims.claim("jobs")
        assert quick is not None
        assert (slow.attempt, quick.attempt) == (1, 2)
        for late_write in (
            lambda: claims.keep(slow, done_steps=9),
            lambda: claims.finish(slow, {"from": "the slow one"}),
            lambda: claims.fail(slow, "en panne", final=True),
        ):
            with pytest.raises(JobLostError):
                late_write()
        claims.finish(quick, {"from": "the quick one"})
    assert now_of(job).result == {"from": "the quick one"}
    assert now_of(job).done_steps == 0


def test_a_killed_worker_costs_neither_the_job_nor_a_failure(
    people: Cast, woken: list[str]
) -> None:
    with declared("count", count):
        job = ask(people)
        assert claims.claim("jobs") is not None  # then the worker is killed
        woken.clear()
        assert tasks.sweep() == []  # its lease runs
        silence(job)
        assert tasks.sweep() == ["jobs"]
        assert woken == ["jobs"]
        assert run_one("jobs")
    done = now_of(job)
    assert (done.state, done.attempt) == (Job.State.DONE, 2)
    assert (done.failures, done.silences) == (0, 1)


def test_a_job_that_takes_every_worker_down_is_given_up_with_a_reason(people: Cast) -> None:
    with declared("count", count):
        job = ask(people)
        for _ in range(1 + claims.SILENCES_ALLOWED):
            assert claims.claim("jobs") is not None
            silence(job)
        assert claims.claim("jobs") is None
    dead = now_of(job)
    assert dead.state == Job.State.DEAD
    assert "interrompu" in dead.message


def test_a_database_that_goes_away_spends_no_attempt(people: Cast) -> None:
    attempts: list[str] = []

    def cut(running: RunningJob) -> dict[str, Any]:
        attempts.append(running.key)
        if len(attempts) <= 4:
            raise OperationalError("server closed the connection unexpectedly")
        return {}

    with declared("cut", cut):
        job = ask(people, "cut")
        for _ in range(5):
            with open_scope(QUEUE_SCOPE):  # the pause before the next try
                Job.objects.filter(pk=job.pk).update(lease_until=None)
            assert run_one("jobs")
    done = now_of(job)
    assert (done.state, done.failures, done.silences) == (Job.State.DONE, 0, 4)


def test_three_failures_then_dead_then_the_button(people: Cast) -> None:
    attempts: list[int] = []

    def broken(running: RunningJob) -> dict[str, Any]:
        attempts.append(len(attempts))
        if len(attempts) <= 3:
            raise RuntimeError("out of order")
        return {"ok": True}

    with declared("broken", broken):
        job = ask(people, "broken")
        for _ in range(3):
            with open_scope(QUEUE_SCOPE):  # the pause between two attempts
                Job.objects.filter(pk=job.pk).update(lease_until=None)
            assert run_one("jobs")
        assert not run_one("jobs")
        dead = now_of(job)
        assert dead.state == Job.State.DEAD
        assert str(job.key) in dead.message
        with landlord_scope(people.amandier.admin.principal):
            services.retry(people.amandier.admin.principal, job.key)
        assert run_one("jobs")
    done = now_of(job)
    assert (done.state, done.attempt, len(attempts)) == (Job.State.DONE, 4, 4)


def test_a_failed_attempt_is_not_tried_again_at_once(people: Cast) -> None:
    def broken(running: RunningJob) -> dict[str, Any]:
        raise RuntimeError("out of order")

    with declared("broken", broken):
        job = ask(people, "broken")
        assert run_one("jobs")
        assert not run_one("jobs")
    assert now_of(job).state == Job.State.QUEUED


def test_a_refusal_is_final_and_says_why(people: Cast) -> None:
    def refused(running: RunningJob) -> dict[str, Any]:
        raise JobRefusedError("La campagne n’est pas close.")

    with declared("refused", refused):
        job = ask(people, "refused")
        run_one("jobs")
    assert now_of(job).state == Job.State.DEAD
    assert now_of(job).message == "La campagne n’est pas close."
    assert now_of(job).attempt == 1


def test_a_membership_that_ended_before_the_claim_runs_nothing(people: Cast) -> None:
    ran: list[str] = []

    def work(running: RunningJob) -> dict[str, Any]:
        ran.append(running.key)
        return {}

    with declared("work", work):
        job = ask(people, "work")
        Membership.objects.filter(pk=people.amandier.admin.membership.pk).update(
            suspended_at=timezone.now()
        )
        run_one("jobs")
    assert ran == []
    assert now_of(job).state == Job.State.DEAD
    assert "n’a plus le droit" in now_of(job).message


def test_a_membership_that_ends_while_the_job_runs_stops_the_final_write(people: Cast) -> None:
    def work(running: RunningJob) -> dict[str, Any]:
        Membership.objects.filter(pk=running.principal.membership_id).update(
            suspended_at=timezone.now()
        )
        return {"secret": 1}

    with declared("work", work):
        job = ask(people, "work")
        run_one("jobs")
    assert now_of(job).state == Job.State.DEAD
    assert now_of(job).result == {}


def test_a_role_that_lost_the_permission_runs_nothing(people: Cast) -> None:
    with declared("count", count, permission="stock.import"):
        job = ask(people)
        Membership.objects.filter(pk=people.amandier.admin.membership.pk).update(
            role_code="support_reader"
        )
        run_one("jobs")
    assert now_of(job).state == Job.State.DEAD


def test_a_job_without_a_principal_is_refused(people: Cast) -> None:
    with declared("count", count):
        with landlord_scope(people.amandier.admin.principal):
            with pytest.raises(ValueError, match="without a principal"):
                services.enqueue(None, "count", {})  # type: ignore[arg-type]
            job = Job.objects.create(
                kind="count",
                organisation=people.amandier.organisation,
                membership_id=0,
                principal={},
            )
        run_one("jobs")
    assert now_of(job).state == Job.State.DEAD


def test_a_job_of_one_organisation_cannot_use_a_member_of_another(people: Cast) -> None:
    with declared("count", count):
        with landlord_scope(people.amandier.admin.principal):
            job = Job.objects.create(
                kind="count",
                organisation=people.amandier.organisation,
                membership_id=people.bouleau.admin.membership.pk,
                principal={},
            )
        run_one("jobs")
    assert now_of(job).state == Job.State.DEAD


def test_a_cancelled_job_stops_at_its_next_step(people: Cast) -> None:
    steps: list[int] = []

    def long(running: RunningJob) -> dict[str, Any]:
        for step in range(5):
            running.progress(step, 5)
            steps.append(step)
            if step == 1:
                with landlord_scope(running.principal):
                    services.cancel(running.principal, running.key)
        return {"whole": True}

    with declared("long", long):
        job = ask(people, "long")
        run_one("jobs")
    assert steps == [0, 1]
    assert now_of(job).state == Job.State.CANCELLED
    assert now_of(job).result == {}


def test_the_lease_is_renewed_while_the_work_goes_on(people: Cast) -> None:
    leases: list[dt.datetime | None] = []
    waiting = threading.Event()

    def long(running: RunningJob) -> dict[str, Any]:
        for _ in range(2):
            with open_scope(QUEUE_SCOPE):
                leases.append(
                    Job.objects.values_list("lease_until", flat=True).get(key=running.key)
                )
            waiting.wait(0.5)
        return {}

    with declared("long", long):
        ask(people, "long")
        run_one("jobs", heartbeat=0.1)
    assert None not in leases
    assert leases[0] < leases[1]  # type: ignore[operator]
