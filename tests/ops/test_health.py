"""/healthz says the state of each part, and 503 as soon as one does not work."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler
from django.test import Client
from pytest_django.fixtures import Settings

from orsen import heartbeats
from orsen.views import health

ALL = {"database", "migrations", "redis", "worker_jobs", "worker_report", "scheduler"}


@pytest.fixture(autouse=True)
def _signs_of_life() -> Iterator[None]:
    """A worker for each queue and the scheduler have just been seen."""
    for name in ("worker:jobs", "worker:report", "scheduler"):
        cache.set(f"heartbeat:{name}", time.time())
    heartbeats._last_beat.clear()
    yield
    cache.clear()
    heartbeats._last_beat.clear()
    heartbeats._consumed.clear()


def ask(client: Client, parts: str = "") -> tuple[int, dict[str, dict[str, str]]]:
    answer = client.get("/healthz" + (f"?parts={parts}" if parts else ""))
    return answer.status_code, answer.json().get("parts", {})


def test_all_parts_work(client: Client, db: None) -> None:
    status, parts = ask(client)
    assert (status, parts) == (200, {part: {"status": "ok"} for part in ALL})


@pytest.mark.parametrize(
    ("part", "sign"),
    [
        ("worker_jobs", "worker:jobs"),
        ("worker_report", "worker:report"),
        ("scheduler", "scheduler"),
    ],
)
def test_what_has_not_been_seen_for_a_while_is_down(
    client: Client, db: None, part: str, sign: str
) -> None:
    cache.set(f"heartbeat:{sign}", time.time() - heartbeats.LATE_AFTER_SECONDS - 1)
    status, parts = ask(client)
    assert status == 503
    assert {name for name, state in parts.items() if state["status"] == "down"} == {part}
    assert "relancez" in parts[part]["detail"]


def test_what_was_never_seen_is_down(client: Client, db: None) -> None:
    cache.delete("heartbeat:scheduler")
    status, parts = ask(client, "scheduler")
    assert (status, parts["scheduler"]["status"]) == (503, "down")


def test_a_stopped_redis_is_told_and_nothing_else_is_blamed(
    client: Client, db: None, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, parts = ask(client)
    assert status == 503
    assert {name for name, state in parts.items() if state["status"] == "down"} == {"redis"}
    assert "Aucune tâche n’est perdue" in parts["redis"]["detail"]


def test_a_missing_migration_is_told(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = MigrationRecorder.applied_migrations

    def all_but_the_last(recorder: MigrationRecorder) -> dict[tuple[str, str], object]:
        applied = recorded(recorder)
        applied.popitem()
        return applied

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", all_but_the_last)
    status, parts = ask(client)
    assert status == 503
    assert {name for name, state in parts.items() if state["status"] == "down"} == {"migrations"}


def test_a_database_that_does_not_answer_is_told_not_raised(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = ConnectionHandler(
        {"default": {**connections["default"].settings_dict, "PORT": "1", "TEST": {}}}
    )
    monkeypatch.setattr(health, "connection", stopped["default"])
    status, parts = ask(client)
    assert status == 503
    assert {parts[part]["status"] for part in ("database", "migrations")} == {"down"}
    assert "PostgreSQL" in parts["database"]["detail"]
    assert parts["redis"]["status"] == "ok"


def test_only_the_parts_asked_for_count(client: Client, db: None) -> None:
    cache.delete("heartbeat:scheduler")
    status, parts = ask(client, "database,redis")
    assert (status, parts.keys()) == (200, {"database", "redis"})


def test_an_unknown_part_is_refused_with_the_known_ones(client: Client) -> None:
    answer = client.get("/healthz?parts=database,disk")
    assert answer.status_code == 400
    assert "worker_report" in answer.json()["detail"]


def test_nobody_needs_an_account_and_nothing_can_be_posted(client: Client, db: None) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_answers_are_never_kept(client: Client, db: None) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]


class Consumer:
    """The part of a worker that the signal hands over."""

    class app:  # noqa: N801 -- as Celery names it
        class amqp:  # noqa: N801
            class queues:  # noqa: N801
                consume_from = {"report": object()}


def test_a_worker_leaves_signs_for_the_queues_it_serves() -> None:
    cache.clear()
    heartbeats.remember_queues(sender=Consumer)
    assert health.PARTS["worker_report"]()
    assert not health.PARTS["worker_jobs"]()


def test_signs_of_life_are_left_at_most_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    left = []
    monkeypatch.setattr(cache, "set", lambda key, *_a, **_k: left.append(key))
    for _ in range(5):
        heartbeats.beat("scheduler")
    assert left == ["heartbeat:scheduler"]
