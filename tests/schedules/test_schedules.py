"""A schedule fires each occasion once, whoever looks and however late, with the rights of the person who signed it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Convention
from sharing.notices.models import Notice
from sharing.schedules import services
from sharing.schedules.models import ReportSchedule, ScheduleFiring
from sharing.schedules.occasions import due, next_day
from sharing.schedules.services import ScheduleRefusedError, fire_due
from sharing.schedules.tasks import fire
from tenants.jobs.models import Job
from tests.release.scene import Scene, answer_all, make_round, make_scene

Day = dt.date


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def signed(scene: Scene, cadence: str) -> ReportSchedule:
    principal = scene.coordinator.principal
    with shared_scope(principal):
        return services.sign(principal, scene.convention, cadence)


def first_of(months: int, day: int = 1) -> Day:
    """A day of the month that many months from now."""
    years, month = divmod(timezone.localdate().month - 1 + months, 12)
    return Day(timezone.localdate().year + years, month + 1, day)


def builds(scene: Scene) -> int:
    with shared_scope(scene.coordinator.principal):
        return Job.objects.filter(kind="report-build").count()


def firings(scene: Scene) -> list[str]:
    with shared_scope(scene.coordinator.principal):
        return list(ScheduleFiring.objects.order_by("pk").values_list("occasion", flat=True))


@pytest.mark.parametrize(
    ("cadence", "today", "name"),
    [
        ("month", Day(2026, 11, 20), None),  # signed in the course of it
        ("month", Day(2026, 11, 30), None),
        ("month", Day(2026, 12, 1), "2026-12"),
        ("month", Day(2026, 12, 31), "2026-12"),
        ("month", Day(2027, 4, 9), "2027-04"),
        ("quarter", Day(2026, 12, 31), None),
        ("quarter", Day(2027, 1, 1), "2027-T1"),
        ("quarter", Day(2027, 6, 30), "2027-T2"),
    ],
)
def test_the_occasion_that_is_due(cadence: str, today: Day, name: str | None) -> None:
    found = due(cadence, Day(2026, 11, 20), today)
    assert (found.name if found else None) == name


def test_the_next_day_over_the_end_of_a_year() -> None:
    assert next_day("month", Day(2026, 11, 20), Day(2026, 12, 5)) == Day(2027, 1, 1)
    assert next_day("quarter", Day(2026, 11, 20), Day(2026, 11, 20)) == Day(2027, 1, 1)


def test_a_month_fires_once_and_a_missed_one_once_on_return(scene: Scene) -> None:
    answer_all(scene, make_round(scene))
    signed(scene, "month")
    fired = [fire_due(first_of(n, day)) for n, day in ((0, 28), (1, 1), (1, 1), (1, 2), (4, 9), (4, 10), (5, 1))]  # fmt: skip
    assert fired == [0, 1, 0, 0, 1, 0, 1]
    assert builds(scene) == 1  # the same round is asked for once while its build waits


def test_nothing_to_make_is_said_and_told_once(scene: Scene) -> None:
    signed(scene, "quarter")
    assert [fire_due(first_of(4)), fire_due(first_of(4))] == [1, 0]
    assert builds(scene) == 0
    with shared_scope(scene.coordinator.principal):
        assert ScheduleFiring.objects.get().job_key is None
        assert Notice.objects.filter(cause__startswith="schedule:").count() == 1
    text = scene.coordinator.client().get(reverse("report-schedules")).content.decode()
    assert "Aucune campagne close" in text


def test_after_each_campaign_once_it_can_be_told(scene: Scene) -> None:
    old = make_round(scene, days_ago=40)
    answer_all(scene, old)
    signed(scene, "campaign")
    assert fire() == 0  # closed before it was signed
    round_ = make_round(scene)
    with shared_scope(scene.coordinator.principal):
        type(round_).objects.filter(pk=round_.pk).update(closed_at=timezone.now())
    assert fire() == 0  # no landlord has finished: it waits
    answer_all(scene, round_)
    assert [fire(), fire()] == [1, 0]
    assert firings(scene) == [str(round_.key)]
    assert builds(scene) == 1


def test_it_acts_for_who_signed_it_and_for_nobody_else(scene: Scene) -> None:
    answer_all(scene, make_round(scene))
    signed(scene, "month")
    membership = scene.coordinator.membership
    membership.suspended_at = timezone.now()
    membership.save()
    assert fire_due(first_of(1)) == 0
    membership.suspended_at = None
    membership.save()
    assert fire_due(first_of(1, 20)) == 1  # late, once


def test_a_schedule_without_a_signatory_is_told_to_a_colleague(scene: Scene) -> None:
    from tests.cast import make_member

    signed(scene, "month")
    colleague = make_member(scene.coordinator.membership.organisation, "coordination_admin", "Adjoint")  # fmt: skip
    scene.coordinator.membership.suspended_at = timezone.now()
    scene.coordinator.membership.save()
    assert [fire_due(first_of(1)), fire_due(first_of(1))] == [0, 0]
    with shared_scope(colleague.principal):
        assert [each.cause.split(":")[2] for each in Notice.objects.all()] == ["orphan"]


def test_none_fires_once_it_is_stopped_or_its_convention_has_ended(scene: Scene) -> None:
    answer_all(scene, make_round(scene))
    schedule = signed(scene, "month")
    principal = scene.coordinator.principal
    with shared_scope(principal):
        Convention.objects.filter(pk=scene.convention.pk).update(state="suspended")
    assert fire_due(first_of(1)) == 0
    with shared_scope(principal):
        Convention.objects.filter(pk=scene.convention.pk).update(state="active")
        services.stop(principal, schedule)
    assert fire_due(first_of(1)) == 0
    signed(scene, "month")  # another may be signed in its place
    assert fire_due(first_of(1)) == 1


def test_one_of_a_cadence_and_never_changed(scene: Scene) -> None:
    schedule = signed(scene, "month")
    with pytest.raises(ScheduleRefusedError, match="déjà"):
        signed(scene, "month")
    with shared_scope(scene.coordinator.principal):
        for change in ({"membership_id": 1}, {"cadence": "quarter"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                ReportSchedule.objects.filter(pk=schedule.pk).update(**change)


def test_the_page_signs_and_stops_and_is_the_coordination_s_alone(scene: Scene) -> None:
    client, url = scene.coordinator.client(), reverse("report-schedules")
    client.post(url, {"convention": str(scene.convention.key), "cadence": "month"})
    assert "chaque mois" in client.get(url).content.decode()
    assert url in client.get(reverse("report-list")).content.decode()
    with shared_scope(scene.coordinator.principal):
        schedule = ReportSchedule.objects.get()
    stop = reverse("report-schedule-stop", args=[schedule.key])
    for member in (scene.cast.police, scene.cast.amandier.admin):
        assert [member.client().get(url).status_code, member.client().post(stop).status_code] == [403, 403]  # fmt: skip
        with shared_scope(member.principal), pytest.raises(DatabaseError), transaction.atomic():
            list(ReportSchedule.objects.all())
    client.post(stop)
    assert "Arrêté le" in client.get(url).content.decode()


@pytest.mark.commits
def test_two_schedulers_at_once_fire_once(committed: None) -> None:
    scene = make_scene()
    answer_all(scene, make_round(scene))
    signed(scene, "month")
    both = Barrier(4)

    def turn(_n: int) -> int:
        both.wait()
        try:
            return fire_due(first_of(1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(turn, range(4))) == [0, 0, 0, 1]
    assert builds(scene) == 1
    assert len(firings(scene)) == 1
