"""The mails of a reminder, as a job: a slow mail server keeps nobody waiting."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from tenants.access import campaigns, landlord_scope
from tenants.campaigns.reminding import mail_waiting
from tenants.jobs.registry import job
from tenants.jobs.running import RunningJob

JOB_KIND: Final = "campaign_reminder"


@job(JOB_KIND, permission="campaigns.manage")
def run(running: RunningJob) -> dict[str, Any]:
    """Mail today's reminders of one campaign (`campaign`: its key)."""
    with landlord_scope(running.principal):
        campaign = campaigns(running.principal).get(key=running.payload["campaign"])
        sent = mail_waiting(campaign, running.progress)
    return {"url": reverse("campaign-detail", args=[campaign.key]), "sent": sent}
