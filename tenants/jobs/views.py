"""How far a job is, and what its asker may do about it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, signed_in
from tenants.jobs import broker, services
from tenants.jobs.models import Job

# A job that still waits after this long may wait because nobody was woken.
WAITS_LONG = dt.timedelta(seconds=4)


def progress_context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """What `jobs/_progress.html` needs; also for the pages that include it."""
    waits_long = job.state == Job.State.QUEUED and timezone.now() - job.created_at > WAITS_LONG
    return {
        "job": job,
        "may_steer": services.may_steer(principal_of(request), job),
        "broker_is_down": waits_long and not broker.is_reachable(),
        "waits_long": waits_long,
    }


@signed_in
@require_GET
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """The fragment that a page asks for again every second while the job is open; a page of its own without htmx."""
    job = services.job_of(principal_of(request), key)
    context = progress_context(request, job)
    if not getattr(request, "htmx", False):
        return render(request, "jobs/progress.html", context | {"heading": _("Travail en cours")})
    response = render(request, "jobs/_progress.html", context)
    if not job.is_open:
        # The page that shows the job shows its result too: read it again whole.
        response["HX-Refresh"] = "true"
    return response


@signed_in
@require_POST
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Cancel the job."""
    return _answer(request, services.cancel(principal_of(request), key))


@signed_in
@require_POST
def retry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Try again a job that was given up or cancelled."""
    return _answer(request, services.retry(principal_of(request), key))


def _answer(request: HttpRequest, job: Job) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("job-progress", job.key)
    return render(request, "jobs/_progress.html", progress_context(request, job))
