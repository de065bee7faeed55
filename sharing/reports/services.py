"""Ask for a report, ask for its PDF, find what was made."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.access import conventions, reports
from sharing.receipts.models import Receipt
from sharing.receipts.services import refusal as refusal_of_copy
from sharing.release.refusals import readiness, refusal
from sharing.reports.files import FORMS, Form
from sharing.reports.models import Report, ReportFile
from sharing.rounds.models import CampaignRound
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of

BUILD: Final = "report-build"
PDF: Final = "report-pdf"
SHEETS: Final = "report-sheets"
FORM: Final = "report-form"
# A landlord's file holds its own figures only for those who reach all its sites.
WHOLE: Final = "pdf"
WITHOUT_OWN: Final = "pdf-part"
PART: Final = "-p"  # what ends the name of a form without them


class ReportRefusedError(ValueError):
    """A step that cannot be done; the message says why and what to do."""


def _require(principal: Principal, permission: str) -> None:
    if not principal.may(permission):
        raise PermissionDenied(_("Votre rôle ne permet pas cette action."))


def rounds(principal: Principal) -> QuerySet[CampaignRound]:
    """The rounds of the conventions that the coordination holds."""
    _require(principal, "reports.build")
    found: QuerySet[CampaignRound] = CampaignRound.objects.filter(
        convention__in=conventions(principal)
    ).select_related("convention")
    return found


def round_of(principal: Principal, key: uuid.UUID | str) -> CampaignRound:
    """One of them. Raises Http404 alike for an absent round and for another coordination's."""
    found = rounds(principal).filter(key=key).first()
    if found is None:
        raise Http404(
            _("Cette campagne n’existe pas, ou n’est pas d’une convention que vous tenez.")
        )
    return found


def report_of(principal: Principal, key: uuid.UUID | str) -> Report:
    """A report that the reader may read today. Raises Http404 alike for an absent and for an unreadable one."""
    found = (
        reports(principal)
        .select_related("release__round", "release__previous_round", "convention")
        .filter(key=key)
        .first()
    )
    if found is None:
        raise Http404(
            _(
                "Ce rapport n’existe pas, a été retiré, ou aucune convention en vigueur ne vous le donne à lire."
            )
        )
    return found


def why_not(round_: CampaignRound) -> str:
    """What forbids a report of the round now; empty when nothing does. In the coordination's scope."""
    return refusal(round_, readiness(round_))


def request_build(principal: Principal, round_: CampaignRound) -> Job:
    """Ask for the report of a closed round. Raises ReportRefusedError with the reason."""
    _require(principal, "reports.build")
    reason = why_not(round_)
    if reason:
        raise ReportRefusedError(reason)
    waiting = open_build(principal, round_)
    return waiting or enqueue(principal, BUILD, {"round": str(round_.key)})


def open_build(principal: Principal, round_: CampaignRound) -> Job | None:
    """The build of that round that waits or runs, if any: pressing twice asks once."""
    return (
        jobs_of(principal)
        .filter(kind=BUILD, payload__round=str(round_.key), state__in=["queued", "running"])
        .first()
    )


def last_build(principal: Principal, round_: CampaignRound) -> Job | None:
    """The last build asked for that round, whatever became of it."""
    return jobs_of(principal).filter(kind=BUILD, payload__round=str(round_.key)).first()


def variant(principal: Principal) -> str:
    """Which file the reader gets: a landlord's own figures need the reach of all its sites."""
    return WITHOUT_OWN if principal.is_landlord and principal.role.reach != "all" else WHOLE


def file_of(principal: Principal, report: Report) -> Receipt | None:
    """The receipt of the file made for the reader, or None: none yet, or one that is no longer given."""
    _require(principal, "reports.read")
    file: ReportFile | None = (
        report.files.filter(organisation_id=principal.organisation_id, format=variant(principal))
        .select_related("receipt")
        .first()
    )
    if file is None or refusal_of_copy(principal, file.receipt):
        return None
    return file.receipt


@dataclass(frozen=True)
class FormFile:
    """One form of the report for a reader: the copy made, if it is still given, and the job that makes one."""

    name: str
    form: Form
    receipt: Receipt | None
    job: Job | None


def form_files(principal: Principal, report: Report) -> list[FormFile]:
    """What there is of each form, in the order of the table."""
    _require(principal, "reports.read")
    names = {form_format(principal, name): name for name in FORMS}
    given = _given(principal, report, names)
    jobs = _newest(principal, report, FORM, "form")
    return [FormFile(name, form, given.get(name), jobs.get(name)) for name, form in FORMS.items()]


def form_format(principal: Principal, name: str) -> str:
    """Under which name the reader's file of a form is kept."""
    return name if variant(principal) == WHOLE else f"{name}{PART}"


def request_form(principal: Principal, report: Report, name: str) -> Job:
    """Ask for a form of the report under the reader's own scope; one that waits or runs is not asked for twice.

    Raises Http404 for a form that does not exist.
    """
    for one in form_files(principal, report):
        if one.name == name:
            if one.job is not None and one.job.is_open:
                return one.job
            payload = {"report": str(report.key), "form": name, "language": get_language() or "fr"}
            return enqueue(principal, FORM, payload)
    raise Http404(_("Cette forme n’existe pas."))


def _given(principal: Principal, report: Report, names: Mapping[str, str]) -> dict[str, Receipt]:
    """By what `names` calls each format: the reader's copies that are still given."""
    files = report.files.filter(
        organisation_id=principal.organisation_id, format__in=list(names)
    ).select_related("receipt")
    return {
        names[file.format]: file.receipt
        for file in files
        if not refusal_of_copy(principal, file.receipt)
    }


def _newest(principal: Principal, report: Report, kind: str, field: str) -> dict[str, Job]:
    """The newest job of a kind for the report, by a field of its payload."""
    jobs: dict[str, Job] = {}
    for job in jobs_of(principal).filter(kind=kind, payload__report=str(report.key)):
        jobs.setdefault(job.payload[field], job)
    return jobs


@dataclass(frozen=True)
class Archive:
    """The sheets of a département for a reader: the copy made, if it is still given, and the job that makes one."""

    departement: str
    receipt: Receipt | None
    job: Job | None


def archives(principal: Principal, report: Report, departements: Sequence[str]) -> list[Archive]:
    """What there is of each département's sheets."""
    _require(principal, "reports.read")
    given = _given(principal, report, {sheets_format(code): code for code in departements})
    jobs = _newest(principal, report, SHEETS, "departement")
    return [Archive(code, given.get(code), jobs.get(code)) for code in departements]


def sheets_format(departement: str) -> str:
    """Under which name the file of a département's sheets is kept."""
    return f"zip-{departement}"


def request_sheets(principal: Principal, report: Report, departements: Sequence[str]) -> list[Job]:
    """Ask for the sheets of those départements, a job each; one that waits or runs is not asked for twice."""
    asked = []
    for archive in archives(principal, report, departements):
        if archive.job is not None and archive.job.is_open:
            asked.append(archive.job)
            continue
        payload = {
            "report": str(report.key),
            "departement": archive.departement,
            "language": get_language() or "fr",
        }
        asked.append(enqueue(principal, SHEETS, payload))
    return asked


def request_pdf(principal: Principal, report: Report) -> Job:
    """Ask for the PDF of a report, under the reader's own scope."""
    _require(principal, "reports.read")
    return enqueue(principal, PDF, {"report": str(report.key), "language": get_language() or "fr"})
