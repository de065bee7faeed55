"""Build and publish the reports of the last closed rounds, by the very jobs and services that the pages use.

Runs after the load is committed: releases are built through the login of the report queue, which sees nothing of an
open transaction.
"""

from __future__ import annotations

from typing import Final

from accounts.models import Membership
from accounts.principal import Principal, from_membership
from orsen.demo.people import DOMAIN
from sharing.access import reports, shared_scope
from sharing.conventions.models import Convention
from sharing.reports import publishing, services
from sharing.rounds.models import CampaignRound
from tenants.jobs.runner import run_one

PUBLISHED_ROUNDS: Final = 2  # per live convention, the latest


class NotBuiltError(RuntimeError):
    """The job of a report ended without one; the job's row says why."""


def coordinator() -> Principal:
    """Who publishes: the demonstration's coordinator."""
    found = Membership.objects.select_related("organisation").get(
        user__email=f"coordination.aorif@{DOMAIN}", role_code="coordinator"
    )
    return from_membership(found)


def unpublished(principal: Principal) -> list[CampaignRound]:
    """The rounds whose report is still to publish. In the coordination's scope."""
    wanted = [
        round_
        for convention in Convention.objects.filter(state=Convention.State.ACTIVE).order_by("pk")
        for round_ in convention.rounds.filter(state=CampaignRound.State.CLOSED).order_by("-reference_date")[
            :PUBLISHED_ROUNDS
        ]
    ]  # fmt: skip
    done = set(
        reports(principal)
        .filter(published_at__isnull=False)
        .values_list("release__round_id", flat=True)
    )
    return [round_ for round_ in reversed(wanted) if round_.pk not in done]


def is_pending() -> bool:
    """Whether a load was cut short before all its reports were published."""
    principal = coordinator()
    with shared_scope(principal):
        return bool(unpublished(principal))


def publish_reports() -> int:
    """Build and publish what is missing; returns how many reports. Raises NotBuiltError, and whatever a job refuses."""
    principal = coordinator()
    with shared_scope(principal):
        rounds = unpublished(principal)
        for round_ in rounds:
            services.request_build(principal, round_)
    if not rounds:
        return 0
    while run_one("report"):
        pass
    with shared_scope(principal):
        for round_ in rounds:
            report = reports(principal).filter(
                release__round=round_, published_at__isnull=True, withdrawn_at__isnull=True
            ).first()  # fmt: skip
            if report is None:
                job = services.last_build(principal, round_)
                raise NotBuiltError(
                    f"{round_.convention_id}, {round_.name}: {job.message if job else 'no job'}"
                )
            publishing.publish(principal, report)
    return len(rounds)
