"""The progress fragment, and who may cancel or try again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.jobs import broker, services
from tenants.jobs.models import Job
from tenants.jobs.running import RunningJob
from tests.cast import Cast
from tests.jobs.kinds import declared

HTMX = {"HX-Request": "true"}


def idle(running: RunningJob) -> dict[str, Any]:
    return {}


def make_job(cast: Cast, **fields: Any) -> Job:
    with declared("idle", idle), landlord_scope(cast.amandier.admin.principal):
        job = services.enqueue(cast.amandier.admin.principal, "idle", {})
        for name, value in fields.items():
            setattr(job, name, value)
        job.save()
    return job


def test_the_fragment_asks_again_while_the_job_is_open(cast: Cast) -> None:
    job = make_job(cast, state=Job.State.RUNNING, done_steps=3, total_steps=12, message="Lecture")
    url = reverse("job-progress", args=[job.key])
    page = cast.amandier.admin.client().get(url, headers=HTMX)
    text = page.content.decode()
    assert f'hx-get="{url}"' in text
    assert 'value="3"' in text
    assert "HX-Refresh" not in page.headers


def test_a_finished_job_has_its_page_read_again(cast: Cast) -> None:
    job = make_job(cast, state=Job.State.DONE)
    page = cast.amandier.admin.client().get(reverse("job-progress", args=[job.key]), headers=HTMX)
    assert page.headers["HX-Refresh"] == "true"
    assert "hx-get" not in page.content.decode()


def test_another_organisation_finds_no_job(cast: Cast) -> None:
    job = make_job(cast)
    for stranger in (cast.bouleau.admin, cast.police, cast.coordinator):
        client = stranger.client()
        assert client.get(reverse("job-progress", args=[job.key]), headers=HTMX).status_code == 404
        assert client.post(reverse("job-cancel", args=[job.key])).status_code == 404
        assert client.post(reverse("job-retry", args=[job.key])).status_code == 404


def test_a_colleague_without_the_permission_may_look_and_not_steer(cast: Cast) -> None:
    job = make_job(cast)
    with declared("idle", idle, permission="stock.import"):
        client = cast.amandier.caretaker.client()
        page = client.get(reverse("job-progress", args=[job.key]), headers=HTMX)
        assert page.status_code == 200
        assert "Annuler" not in page.content.decode()
        assert client.post(reverse("job-cancel", args=[job.key])).status_code == 403
        assert (
            cast.amandier.security.client()
            .post(reverse("job-cancel", args=[job.key]), headers=HTMX)
            .status_code
            == 200
        )
    with landlord_scope(cast.amandier.admin.principal):
        job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_dead_job_says_why_and_has_a_button(cast: Cast) -> None:
    job = make_job(
        cast, state=Job.State.DEAD, message="Le fichier est vide.", attempt=3, failures=3
    )
    with declared("idle", idle):
        client = cast.amandier.admin.client()
        text = client.get(reverse("job-progress", args=[job.key])).content.decode()
        assert "Le fichier est vide." in text
        assert "Relancer" in text
        client.post(reverse("job-retry", args=[job.key]))
    with landlord_scope(cast.amandier.admin.principal):
        job.refresh_from_db()
    assert (job.state, job.attempt, job.failures) == (Job.State.QUEUED, 3, 0)


@pytest.fixture
def stopped_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker address at which nothing listens."""
    from celery import current_app

    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")


@pytest.mark.usefixtures("stopped_broker")
def test_a_stopped_broker_fails_nothing_and_is_said_on_the_page(
    cast: Cast, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = make_job(cast, created_at=timezone.now() - dt.timedelta(minutes=1))
    assert "waits in PostgreSQL" in caplog.text
    text = (
        cast.amandier.admin.client().get(reverse("job-progress", args=[job.key])).content.decode()
    )
    assert "La file d’attente est arrêtée" in text
    assert job.state == Job.State.QUEUED


@pytest.mark.usefixtures("stopped_broker")
def test_waking_says_whether_the_message_left() -> None:
    assert broker.wake("jobs") is False
    assert broker.is_reachable() is False


def test_the_broker_of_the_local_services_answers() -> None:
    assert broker.is_reachable() is True
