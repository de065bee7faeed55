"""The hot spots as a job."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from tenants.hotspots.services import JOB_KIND, PERMISSION, compute
from tenants.jobs.registry import job
from tenants.jobs.running import RunningJob


@job(JOB_KIND, permission=PERMISSION)
def run(running: RunningJob) -> dict[str, Any]:
    """Compute over the landlord of who asked, under a key drawn from the job's own."""
    compute(running.principal, uuid.uuid5(uuid.UUID(running.key), "hotspots"), running.progress)
    return {"url": reverse("hotspot-list")}
