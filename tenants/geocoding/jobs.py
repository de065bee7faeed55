"""The geocoding as a job."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tenants.geocoding.client import GeocoderError
from tenants.geocoding.services import JOB_KIND, PERMISSION, geocode
from tenants.jobs.registry import JobRefusedError, job
from tenants.jobs.running import RunningJob


@job(JOB_KIND, permission=PERMISSION)
def run(running: RunningJob) -> dict[str, Any]:
    """Go on with the geocoding that the payload names."""
    try:
        told = geocode(running.principal, running.payload["run"], running.progress)
    except GeocoderError as refused:
        raise JobRefusedError(str(refused)) from refused
    return {"url": reverse("geocoding")} | {
        name: told.get(name, 0) for name in ("applied", "doubtful", "nothing")
    }
