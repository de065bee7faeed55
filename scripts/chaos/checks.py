"""Was anything lost, or done twice?"""

from __future__ import annotations

import time
import uuid
from typing import Any

from django.db.models import Min, QuerySet

from scripts.chaos.load import Asked, patiently, rows
from scripts.chaos.tally import RESUMED_SECONDS, SERVICE_SECONDS, Tally
from sharing.access import shared_scope
from sharing.receipts.models import Receipt
from sharing.release.models import Release
from sharing.reports.models import Report
from sharing.reports.services import BUILD, PDF
from tenants.jobs.models import Job


def running(asked: list[Asked]) -> list[tuple[uuid.UUID, str, int]]:
    """The jobs in a worker's hands now: key, queue, attempt."""
    found = rows(asked).values()
    return [
        (row["key"], row["queue"], row["attempt"]) for row in found if row["state"] == "running"
    ]


def note_resumed(tally: Tally, found: dict[uuid.UUID, dict[str, Any]]) -> None:
    """Move the interrupted jobs that were taken up again, or finished by the hands that held them."""
    for key, (attempt, moment) in list(tally.interrupted.items()):
        row = found[key]
        if row["attempt"] > attempt or row["state"] in ("done", "dead"):
            tally.resumed.append(time.monotonic() - moment)
            del tally.interrupted[key]


def drain(tally: Tally, asked: list[Asked], seconds: float) -> None:
    """Wait until no job is open any more, or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = patiently(lambda: rows(asked))
        note_resumed(tally, found)
        if not any(row["state"] in ("queued", "running") for row in found.values()):
            return
        time.sleep(1)


def verdict(tally: Tally, asked: list[Asked]) -> dict[str, Any]:
    """The figures, and whether all of them are as they must be."""
    found = patiently(lambda: rows(asked))
    lost = [each.key for each in asked if found.get(each.key, {}).get("state") != "done"]
    for key in lost:
        print("not done:", found.get(key))
    double, missing = patiently(lambda: results(asked))
    figures = {
        "kills": sum(tally.killed.values()),
        "killed": tally.killed,
        "jobs": len(asked),
        "jobs_lost": len(lost),
        "reports_double": double,
        "results_missing": missing,
        "leases_lost": sum(row["silences"] for row in found.values()),
        "attempts_spent_by_lost_leases": sum(row["failures"] for row in found.values()),
        "service_back_max_seconds": round(max(tally.outages, default=0.0), 1),
        "service_not_back": tally.not_back,
        "interrupted": len(tally.resumed) + len(tally.interrupted),
        "resumed_max_seconds": round(max(tally.resumed, default=0.0), 1),
        "never_resumed": len(tally.interrupted),
    }
    figures["met"] = (
        not (lost or double or missing or tally.not_back or tally.interrupted)
        and not figures["attempts_spent_by_lost_leases"]
        and max(tally.outages, default=0.0) <= SERVICE_SECONDS
        and max(tally.resumed, default=0.0) <= RESUMED_SECONDS
    )
    return figures


def results(asked: list[Asked]) -> tuple[int, int]:
    """How many results stand there beside the one of each job, and how many jobs have none.

    The keys of what a job makes are drawn from its own; any other row made since the first request is one too many.
    """
    double = missing = 0
    for principal in {each.principal.organisation_id: each.principal for each in asked}.values():
        own = [
            each for each in asked if each.principal.organisation_id == principal.organisation_id
        ]
        builds = [each.key for each in own if each.kind == BUILD]
        copies = [each.key for each in own if each.kind == PDF]
        with shared_scope(principal):
            first = Job.objects.filter(key__in=[each.key for each in own]).aggregate(
                at=Min("created_at")
            )["at"]
            receipts = Receipt.objects.filter(
                organisation_id=principal.organisation_id, made_at__gte=first
            )
            pairs: list[tuple[list[uuid.UUID], str, QuerySet[Any]]] = [
                (copies, "receipt", receipts)
            ]
            if builds:
                pairs.append((builds, "report", Report.objects.filter(created_at__gte=first)))
                pairs.append((builds, "release", Release.objects.filter(built_at__gte=first)))
            for keys, name, found in pairs:
                wanted = {uuid.uuid5(key, name) for key in keys}
                made = set(found.values_list("key", flat=True))
                missing += len(wanted - made)
                double += len(made - wanted)
    return double, missing
