"""A job while it runs: what its function is given, and the thread that keeps its lease."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from django.db import DatabaseError, connections

from accounts.principal import Principal
from tenants.jobs import claims
from tenants.jobs.claims import Claim, JobLostError

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10.0


class LeaseKeeper(threading.Thread):
    """Writes on the job's row from a connection of its own, so that what it writes shows while the work goes on.

    Renews the lease every `heartbeat` seconds; once the job is lost, every later request raises JobLostError.
    """

    def __init__(self, held: Claim, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        """Keep that claim; `start()` begins."""
        super().__init__(name=f"lease-{held.key}", daemon=True)
        self.held = held
        self._heartbeat = heartbeat
        self._requests: SimpleQueue[tuple[Callable[[], None], Future[None]] | None] = SimpleQueue()
        self._lost = threading.Event()

    def run(self) -> None:
        """Serve requests one by one, and renew the lease when there is none for a while."""
        try:
            while True:
                try:
                    request = self._requests.get(timeout=self._heartbeat)
                except Empty:
                    self._beat()
                    continue
                if request is None:
                    return
                self._serve(*request)
        finally:
            connections.close_all()

    def _beat(self) -> None:
        try:
            claims.keep(self.held)
        except JobLostError:
            self._lost.set()
        except DatabaseError as error:
            # The lease outlives five missed beats; the next one tries on a fresh connection.
            logger.warning("The lease of the job %s could not be renewed: %s", self.held.key, error)
            connections.close_all()

    def _serve(self, action: Callable[[], None], answer: Future[None]) -> None:
        try:
            action()
        except JobLostError as error:
            self._lost.set()
            answer.set_exception(error)
        except Exception as error:  # noqa: BLE001 -- handed to the thread that asked
            answer.set_exception(error)
        else:
            answer.set_result(None)

    def ask(self, action: Callable[[], None]) -> None:
        """Run an action on the keeper's connection and wait for it. Raises what it raises, or JobLostError."""
        if self._lost.is_set():
            raise JobLostError(self.held.key)
        answer: Future[None] = Future()
        self._requests.put((action, answer))
        answer.result()

    def stop(self) -> None:
        """End the thread and close its connection."""
        self._requests.put(None)
        self.join()


@dataclass(frozen=True)
class RunningJob:
    """What a job's function is given. It opens the scopes it needs itself, in as many transactions as it wants."""

    key: str
    principal: Principal
    payload: dict[str, Any]
    write_progress: Callable[[int, int, str], None]

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show how far the work is, at once.

        Raises JobLostError when the job was cancelled or taken over: let it pass.
        """
        self.write_progress(done, total, message)
