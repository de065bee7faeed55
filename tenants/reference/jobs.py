"""The completion as a job."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tenants.access import landlord_scope
from tenants.jobs.registry import job
from tenants.jobs.running import RunningJob
from tenants.reference.comparing import PERMISSION
from tenants.reference.completing import JOB_KIND, complete


@job(JOB_KIND, permission=PERMISSION)
def run(running: RunningJob) -> dict[str, Any]:
    """Complete what the payload's run says."""
    with landlord_scope(running.principal):
        done = complete(running.principal, running.payload["run"])
    return {"url": reverse("register-comparison"), **done}
