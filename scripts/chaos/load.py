"""What runs meanwhile: readers of a page, and jobs that are asked for."""

from __future__ import annotations

import http.client
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connections
from django.test import Client

from accounts.models import Membership
from accounts.principal import Principal, from_membership
from sharing.access import shared_scope
from sharing.reports.models import Report
from sharing.reports.services import BUILD, PDF
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue

T = TypeVar("T")
PATIENCE_SECONDS = 90.0
READERS = 4
PAUSE_SECONDS = 0.2


def patiently(action: Callable[[], T]) -> T:
    """Do it, again if PostgreSQL is away. Raises its error when it stays away."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except (OperationalError, InterfaceError):
            connections.close_all()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def member(email: str) -> Membership:
    """The membership of a demonstration account."""
    return Membership.objects.live().select_related("user", "organisation").get(user__email=email)


@dataclass
class Readers:
    """Threads that read one page as a caretaker, and remember when it last answered."""

    port: int
    cookie: str
    answered: int = 0
    refused: int = 0
    last_answer: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        self.threads = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """End."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _read(self) -> None:
        while not self.stopping.wait(PAUSE_SECONDS):
            asked = time.monotonic()
            if self.ask() == http.client.OK:
                self.answered += 1
                # From when it was asked: an answer begun before a kill says nothing of what comes after.
                self.last_answer = max(self.last_answer, asked)
            else:
                self.refused += 1

    def ask(self) -> int:
        """The status of the page, 0 without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/coter/", headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status

    def wait_for_answer(self, since: float, seconds: float) -> float | None:
        """Seconds from `since` to the first page asked for and given after it; None when none came in time."""
        while time.monotonic() < since + seconds:
            if self.last_answer > since:
                return self.last_answer - since
            time.sleep(0.05)
        return None


def session_cookie(who: Membership) -> str:
    """A session of that person, as the browser sends it."""
    client = Client()
    client.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


@dataclass(frozen=True)
class Asked:
    """A job whose request was committed: it must be done, once."""

    key: uuid.UUID
    kind: str
    principal: Principal


class Requests:
    """Asks for reports and their PDFs, in turn."""

    def __init__(self, coordinator: Membership, readers: list[Membership]) -> None:
        self.coordinator = from_membership(coordinator)
        self.readers = [from_membership(each) for each in readers]
        with shared_scope(self.coordinator):
            report = Report.objects.filter(
                published_at__isnull=False, withdrawn_at__isnull=True
            ).first()
            if report is None:
                raise SystemExit(
                    "The demonstration has no published report: make clean-demo, then try again."
                )
            self.report, self.round = str(report.key), str(report.release.round.key)
        self.asked: list[Asked] = []

    def ask(self) -> None:
        """Ask for the next one; an answer that does not come back counts for nothing."""
        turn = len(self.asked)
        if turn % 8 == 0:
            who, kind, payload = self.coordinator, BUILD, {"round": self.round}
        else:
            who, kind = self.readers[turn % len(self.readers)], PDF
            payload = {"report": self.report, "language": "fr"}
        try:
            with shared_scope(who):
                job = enqueue(who, kind, payload)
        except (OperationalError, InterfaceError):
            connections.close_all()
            return
        self.asked.append(Asked(job.key, kind, who))


def rows(asked: list[Asked]) -> dict[uuid.UUID, dict[str, Any]]:
    """The job rows, by key, each read in its own organisation's scope."""
    found: dict[uuid.UUID, dict[str, Any]] = {}
    for principal in {each.principal.organisation_id: each.principal for each in asked}.values():
        with shared_scope(principal):
            keys = [
                each.key
                for each in asked
                if each.principal.organisation_id == principal.organisation_id
            ]
            fields = ("key", "kind", "state", "attempt", "failures", "silences", "message", "queue")
            found |= {row["key"]: row for row in Job.objects.filter(key__in=keys).values(*fields)}
    return found
