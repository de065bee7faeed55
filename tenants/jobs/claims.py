"""What a worker writes on job rows, under the queue's own purpose: claim, keep, finish, give up, sweep.

The attempt number is the fencing token: a worker whose lease was lost no longer holds the current one, and every
write of its own changes no row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal, PrincipalError, of_membership
from tenants.jobs import registry
from tenants.jobs.models import Job
from tenants.wall.context import Scope, open_scope

QUEUE_SCOPE: Final = Scope("queue", 0, 0)
LEASE: Final = dt.timedelta(seconds=60)
PAUSE_AFTER_FAILURE: Final = dt.timedelta(seconds=10)
ATTEMPTS: Final = 3
# A lost lease spends no attempt: the machine was restarted, not the job at fault. One that takes its worker down each
# time is at fault all the same, and must not take it down for ever.
SILENCES_ALLOWED: Final = 20

# SKIP LOCKED: two workers that look at the same instant take two different jobs.
CLAIM: Final = """
    UPDATE tenants_job SET state = 'running', attempt = attempt + 1,
           silences = silences + (state = 'running')::int, lease_until = now() + make_interval(secs => %(lease)s),
           started_at = coalesce(started_at, now())
    WHERE id = (SELECT id FROM tenants_job
                WHERE queue = %(queue)s AND failures < %(attempts)s
                  AND (state = 'queued' AND coalesce(lease_until, now()) <= now()
                       OR state = 'running' AND lease_until < now() AND silences < %(silences)s)
                ORDER BY created_at, id FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id, key, kind, organisation_id, membership_id, attempt
"""


class JobLostError(Exception):
    """The job is no longer this worker's: cancelled, or its lease ran out and another worker has taken it."""


@dataclass(frozen=True)
class Claim:
    """A job in the hands of a worker."""

    id: int
    key: str
    kind: str
    organisation_id: int
    membership_id: int
    payload: dict[str, Any]
    attempt: int  # fencing token


def claim(queue: str) -> Claim | None:
    """Take the oldest job of the queue that waits or whose worker is silent; None when there is none."""
    bury_the_exhausted()
    with open_scope(QUEUE_SCOPE), connection.cursor() as cursor:
        words: dict[str, str | float] = {
            "lease": LEASE.total_seconds(), "queue": queue,
            "attempts": ATTEMPTS, "silences": SILENCES_ALLOWED,
        }  # fmt: skip
        cursor.execute(CLAIM, words)
        row = cursor.fetchone()
        if row is None:
            return None
        number, key, kind, organisation_id, membership_id, attempt = row
        # By the ORM: a raw statement gets JSON as text.
        payload = Job.objects.values_list("payload", flat=True).get(pk=number)
    return Claim(number, str(key), kind, organisation_id, membership_id, payload, attempt)


def principal_of(held: Claim) -> Principal:
    """The person's rights as they are now. Raises PrincipalError when she may no longer ask for this job."""
    principal = of_membership(held.membership_id)
    permission = registry.kind(held.kind).permission
    if principal.organisation_id != held.organisation_id:
        raise PrincipalError("the job's organisation is not the member's")
    if permission is not None and not principal.may(permission):
        raise PrincipalError(f"the role no longer holds {permission}")
    return principal


def keep(held: Claim, **progress: Any) -> None:
    """Renew the lease and write what is known of the progress. Raises JobLostError."""
    _write(held, lease_until=Now() + LEASE, **progress)


def finish(held: Claim, result: dict[str, Any]) -> None:
    """The final write, after the rights were evaluated again. Raises PrincipalError, JobLostError."""
    with open_scope(QUEUE_SCOPE):
        principal_of(held)
        _write(
            held, state=Job.State.DONE, result=result, lease_until=None, finished_at=timezone.now()
        )


def fail(held: Claim, reason: str, *, final: bool) -> None:
    """Note a failed attempt: the job waits for the next one, or is given up. Raises JobLostError."""
    with open_scope(QUEUE_SCOPE):
        failures = 1 + (
            Job.objects.filter(pk=held.id).values_list("failures", flat=True).first() or 0
        )
        given_up = final or failures >= ATTEMPTS
        _write(
            held,
            state=Job.State.DEAD if given_up else Job.State.QUEUED,
            failures=failures,
            message=reason,
            lease_until=None if given_up else Now() + PAUSE_AFTER_FAILURE,
            finished_at=timezone.now() if given_up else None,
        )


def put_back(held: Claim) -> None:
    """The database went away under the work: let another try after a pause, no failure counted. Raises JobLostError."""
    with open_scope(QUEUE_SCOPE):
        _write(
            held,
            state=Job.State.QUEUED,
            silences=F("silences") + 1,
            lease_until=Now() + PAUSE_AFTER_FAILURE,
        )


def _write(held: Claim, **values: Any) -> None:
    with open_scope(QUEUE_SCOPE):
        changed = Job.objects.filter(
            pk=held.id, attempt=held.attempt, state=Job.State.RUNNING
        ).update(**values)
    if changed != 1:
        raise JobLostError(held.key)


def bury_the_exhausted() -> int:
    """Give up jobs that were interrupted too often. Returns how many."""
    with open_scope(QUEUE_SCOPE):
        return Job.objects.filter(
            Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=Now()),
            silences__gte=SILENCES_ALLOWED,
        ).update(
            state=Job.State.DEAD,
            lease_until=None,
            finished_at=timezone.now(),
            message=_(
                "Le travail s’est interrompu sans rien dire à chaque tentative. Relancez-le ; si cela se "
                "reproduit, prévenez l’exploitant de la plateforme."
            ),
        )


def queues_with_work() -> list[str]:
    """Queues in which a job could be claimed now."""
    ready = Q(state=Job.State.QUEUED) & (Q(lease_until__isnull=True) | Q(lease_until__lte=Now()))
    silent = Q(state=Job.State.RUNNING, lease_until__lt=Now())
    with open_scope(QUEUE_SCOPE):
        found = Job.objects.filter(ready | silent)
        return sorted(found.order_by().values_list("queue", flat=True).distinct())
