"""Reports: the coordination makes and publishes them, landlords and partners read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from accounts.step_up import fresh_second_factor
from sharing.access import reports
from sharing.details import Detail
from sharing.journal.models import Action
from sharing.journal.services import record
from sharing.reports import chart, plan, publishing, services, wording
from sharing.reports.content import content_of
from sharing.reports.facts import facts_table
from sharing.reports.files.document import schema
from sharing.reports.forms import WithdrawalForm
from sharing.reports.models import Report
from sharing.reports.palette import SCREEN
from sharing.reports.services import ReportRefusedError
from sharing.reports.sheets import departements_of
from sharing.reports.typesetting import chart_note
from sharing.rounds.models import CampaignRound
from tenants.jobs.models import Job
from tenants.jobs.services import job_of
from tenants.jobs.views import progress_context

MOST_ROUNDS = 12


@dataclass(frozen=True)
class RoundCard:
    """A round that may get a report: why not yet, and the job that makes it."""

    round: CampaignRound
    refusal: str
    job: dict[str, Any] | None


@requires("reports.read")
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report that the reader may read; the coordination also makes them here."""
    principal = principal_of(request)
    found = list(reports(principal).select_related("release__round", "convention"))
    builds = principal.may("reports.build")
    context = {
        "heading": _("Rapports"),
        "lead": _("La sensibilité par quartier, tous bailleurs de la convention confondus."),
        "reports": found,
        "withdrawals": [] if builds else publishing.withdrawals(principal),
        "cards": _cards(request, principal, found) if builds else [],
        "builds": builds,
    }
    return render(request, "reports/list.html", context)


def _cards(request: HttpRequest, principal: Principal, found: list[Report]) -> list[RoundCard]:
    done = {report.release.round_id for report in found if report.withdrawn_at is None}
    cards = []
    for round_ in services.rounds(principal).exclude(pk__in=done)[:MOST_ROUNDS]:
        last = services.last_build(principal, round_)
        shown = last is not None and last.state not in {Job.State.DONE, Job.State.CANCELLED}
        cards.append(
            RoundCard(
                round_,
                services.why_not(round_),
                progress_context(request, last) if last is not None and shown else None,
            )
        )
    return cards


@requires("reports.build")
@require_POST
def build(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for the report of a round."""
    principal = principal_of(request)
    round_ = services.round_of(principal, key)
    try:
        services.request_build(principal, round_)
    except ReportRefusedError as error:
        messages.error(request, str(error))
    return redirect("report-list")


@requires("reports.read")
@require_GET
def detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """A report, as its reader gets it; the coordination reads it over here before publishing.

    Of one that was taken back, whoever could read it is told why.
    """
    principal = principal_of(request)
    try:
        report = services.report_of(principal, key)
    except Http404:
        withdrawal = publishing.withdrawals(principal).filter(report_key=key).first()
        if withdrawal is None:
            raise
        context = {
            "heading": withdrawal.title,
            "breadcrumbs": [(_("Rapports"), reverse("report-list")), (withdrawal.title, "")],
            "withdrawal": withdrawal,
        }
        return render(request, "reports/withdrawn.html", context, status=410)
    content = content_of(principal, report)
    drawn_plan, drawn_chart = plan.plan_of(content), chart.chart_of(content)
    record(principal, Action.READ_REPORT, Detail.NEIGHBOURHOOD, convention_id=report.convention_id,
           rows=len(content.lines), subject=report.title)  # fmt: skip
    context = {
        "heading": report.title,
        "lead": wording.source_line(report.release),
        "breadcrumbs": [(_("Rapports"), reverse("report-list")), (report.title, "")],
        "report": report,
        "content": content,
        "facts": wording.summary(content),
        "headline": wording.headline(content),
        "plan": drawn_plan,
        "plan_svg": plan.draw(drawn_plan, SCREEN) if drawn_plan else "",
        "legend": plan.legend(),
        "chart": drawn_chart,
        "chart_svg": chart.draw(drawn_chart, SCREEN),
        "chart_note": chart_note(drawn_chart),
        "rows": [(line, wording.change_text(line)) for line in content.published],
        "facts_table": facts_table(content),
        "method": wording.method(report.release),
        "comparison": wording.comparison_line(report.release),
        "file": services.file_of(principal, report),
        "may_publish": principal.may("reports.publish"),
        "withdrawal": publishing.withdrawals(principal).filter(report_key=key).first()
        if report.withdrawn_at
        else None,
        "withdrawal_form": WithdrawalForm(),
        "pdf_job": _asked_job(request, principal),
        "forms": [
            (one, progress_context(request, one.job) if one.job and one.job.is_open else None)
            for one in services.form_files(principal, report)
        ],
        "archives": [
            (one, progress_context(request, one.job) if one.job and one.job.is_open else None)
            for one in services.archives(principal, report, departements_of(content))
        ],
    }
    return render(request, "reports/detail.html", context)


def _asked_job(request: HttpRequest, principal: Principal) -> dict[str, Any] | None:
    """The job named in the address, as the progress fragment wants it; an address that names none has none."""
    try:
        key = UUID(request.GET.get("travail", ""))
    except ValueError:
        return None
    return progress_context(request, job_of(principal, key))


@requires("reports.publish")
@require_POST
@fresh_second_factor
def publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the parties read it."""
    principal = principal_of(request)
    report = services.report_of(principal, key)
    try:
        told = publishing.publish(principal, report)
    except ReportRefusedError as error:
        messages.error(request, str(error))
    else:
        text = ngettext(
            "Le rapport est publié : %(n)s destinataire le lit dès maintenant et en est averti.",
            "Le rapport est publié : %(n)s destinataires le lisent dès maintenant et en sont avertis.",
            told,
        )
        messages.success(request, text % {"n": told})
    return redirect("report-detail", key)


@requires("reports.publish")
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it back."""
    principal = principal_of(request)
    report = services.report_of(principal, key)
    form = WithdrawalForm(request.POST)
    # An incomplete form is refused where the reason is asked for.
    given = form.cleaned_data if form.is_valid() else {"reason": ""}
    try:
        publishing.withdraw(principal, report, **given)
    except ReportRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Le rapport est retiré : plus personne ne le lit, ni la page ni le PDF.")
        )
    return redirect("report-detail", key)


@requires("reports.read")
@require_POST
def make_pdf(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for the reader's PDF; the page then shows how far it is."""
    principal = principal_of(request)
    job = services.request_pdf(principal, services.report_of(principal, key))
    return redirect(f"{reverse('report-detail', args=[key])}?travail={job.key}#pdf")


@requires("reports.read")
@require_POST
def make_sheets(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for a sheet of each territory that the reader reads, an archive for each département."""
    principal = principal_of(request)
    report = services.report_of(principal, key)
    content = content_of(principal, report, with_own=False)
    services.request_sheets(principal, report, departements_of(content))
    return redirect(f"{reverse('report-detail', args=[key])}#fiches")


@requires("reports.read")
@require_POST
def make_form(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for one form of the report; the page then shows how far it is."""
    principal = principal_of(request)
    report = services.report_of(principal, key)
    services.request_form(principal, report, request.POST.get("forme", ""))
    return redirect(f"{reverse('report-detail', args=[key])}#formes")


@requires("reports.read")
@require_GET
def form_schema(_request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the report's JSON form."""
    return JsonResponse(schema(), content_type="application/schema+json")


@requires("reports.read")
@require_GET
def download(request: HttpRequest, key: UUID) -> HttpResponse:
    """The way to the reader's file, which is authorised again where it is handed over."""
    principal = principal_of(request)
    report = services.report_of(principal, key)
    receipt = services.file_of(principal, report)
    if receipt is None:
        messages.info(
            request,
            _(
                "Ce PDF n’est pas encore fait, ou ne correspond plus à ce que la convention vous donne. Demandez-le."
            ),
        )
        return redirect(f"{reverse('report-detail', args=[key])}#pdf")
    return redirect("receipt-file", receipt.key)
