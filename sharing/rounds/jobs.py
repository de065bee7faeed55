"""The asking for the files of a whole convention, as a job of the coordination."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from sharing.rounds.files import JOB_KIND, PERMISSION, launch
from sharing.rounds.services import RoundError
from tenants.jobs.registry import JobRefusedError, job
from tenants.jobs.running import RunningJob


@job(JOB_KIND, permission=PERMISSION)
def run(running: RunningJob) -> dict[str, Any]:
    """Ask each landlord's worker; what they make is told by the page of the round."""
    key = running.payload["round"]
    try:
        launch(running.principal, key)
    except RoundError as refused:
        raise JobRefusedError(str(refused)) from refused
    return {"url": reverse("round", args=[key])}
