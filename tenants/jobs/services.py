"""Ask for a job, cancel it, try it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.jobs import broker, registry
from tenants.jobs.models import Job
from tenants.wall.context import current_scope


def enqueue(
    principal: Principal, kind: str, payload: dict[str, Any], *, queue: str | None = None
) -> Job:
    """Write the job in the caller's transaction, and wake a worker once it is committed.

    `payload` holds identifiers only. The queue is the kind's unless another is named. Raises PermissionDenied when
    the principal may not ask for it, UnknownJobError for an undeclared kind, ValueError without a principal.
    """
    if not isinstance(principal, Principal):
        raise ValueError("A job without a principal is refused.")  # noqa: TRY004 -- a value is missing
    known = registry.kind(kind)
    if known.permission is not None and not principal.may(known.permission):
        raise PermissionDenied(_("Votre rôle ne permet pas de demander ce travail."))
    job = Job.objects.create(
        kind=kind,
        queue=queue or known.queue,
        organisation_id=principal.organisation_id,
        membership_id=principal.membership_id,
        principal=principal.as_json(),
        payload=payload,
    )
    _wake_on_commit(job.queue)
    return job


def jobs_of(principal: Principal) -> QuerySet[Job]:
    """The jobs of the principal's organisation (PostgreSQL lets no other through)."""
    found: QuerySet[Job] = Job.objects.filter(organisation_id=principal.organisation_id)
    return found


def job_of(principal: Principal, key: UUID | str) -> Job:
    """One of them. Raises Http404 alike for an absent job and for another organisation's.

    The operator, who opens no scope, has none.
    """
    found = jobs_of(principal).filter(key=key).first() if current_scope() else None
    if found is None:
        raise Http404(_("Ce travail n’existe pas, ou n’est pas de votre organisation."))
    return found


def may_steer(principal: Principal, job: Job) -> bool:
    """Whether the principal may cancel it or try it again: who asked for it, or who could have."""
    if job.membership_id == principal.membership_id:
        return True
    permission = registry.kind(job.kind).permission
    return permission is not None and principal.may(permission)


def cancel(principal: Principal, key: UUID | str) -> Job:
    """Cancel a job that waits or runs; a worker that runs it stops at its next step. Others stay as they are."""
    job = _steered(principal, key)
    jobs_of(principal).filter(pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING]).update(
        state=Job.State.CANCELLED,
        lease_until=None,
        finished_at=timezone.now(),
        message=_("Annulé à votre demande."),
    )
    job.refresh_from_db()
    return job


def retry(principal: Principal, key: UUID | str) -> Job:
    """Start counting anew for a job that was given up or cancelled. Others stay as they are."""
    job = _steered(principal, key)
    changed = (
        jobs_of(principal)
        .filter(pk=job.pk, state__in=[Job.State.DEAD, Job.State.CANCELLED])
        .update(
            state=Job.State.QUEUED,
            failures=0,
            silences=0,
            lease_until=None,
            finished_at=None,
            message="",
            done_steps=0,
            total_steps=0,
        )
    )
    if changed:
        _wake_on_commit(job.queue)
    job.refresh_from_db()
    return job


def _steered(principal: Principal, key: UUID | str) -> Job:
    job = job_of(principal, key)
    if not may_steer(principal, job):
        raise PermissionDenied(_("Ce travail a été demandé par une autre personne."))
    return job


def _wake_on_commit(queue: str) -> None:
    transaction.on_commit(lambda: broker.wake(queue))
