"""The making of a pre-filled file as a job."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tenants.access import landlord_scope
from tenants.campaigns.services import CampaignError
from tenants.jobs.registry import JobRefusedError, job
from tenants.jobs.running import RunningJob
from tenants.prefilled.services import JOB_KIND, PERMISSION, make


@job(JOB_KIND, permission=PERMISSION)
def run(running: RunningJob) -> dict[str, Any]:
    """Make the file of the campaign that the payload names."""
    with landlord_scope(running.principal):
        try:
            made = make(running.principal, running.payload["campaign"])
        except CampaignError as refused:
            raise JobRefusedError(str(refused)) from refused
    return {
        "url": reverse("prefilled-file", args=[running.payload["campaign"]]),
        "file": str(made.key),
    }
