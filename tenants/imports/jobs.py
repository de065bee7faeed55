"""The import as a job."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.services import JOB_KIND, PERMISSION, TRIAL_KIND, apply
from tenants.jobs.registry import JobRefusedError, job
from tenants.jobs.running import RunningJob


@job(JOB_KIND, permission=PERMISSION)
def run(running: RunningJob) -> dict[str, Any]:
    """Apply a received file; the payload names the import."""
    return _run(running, trial=False)


@job(TRIAL_KIND, permission=PERMISSION)
def try_out(running: RunningJob) -> dict[str, Any]:
    """Say what a received file would do; the payload names the import."""
    return _run(running, trial=True)


def _run(running: RunningJob, *, trial: bool) -> dict[str, Any]:
    key = running.payload["import"]
    try:
        apply(running.principal, key, running.progress, trial=trial)
    except ImportRefusedError as refused:
        raise JobRefusedError(str(refused)) from refused
    return {"url": reverse("stock-import-detail", args=[key])}
