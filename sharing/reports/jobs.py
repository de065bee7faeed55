"""The jobs: a release and its report; the PDF of one reader."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.access import shared_scope
from sharing.receipts.services import deliver
from sharing.release import builder
from sharing.reports import publishing, services
from sharing.reports.content import content_of
from sharing.reports.files import FORMS
from sharing.reports.files.rows import told_lines
from sharing.reports.models import Report, ReportFile
from sharing.reports.own import own_holding
from sharing.reports.sheets import archive, sheets_of
from sharing.reports.typesetting import typeset
from tenants.jobs.registry import JobRefusedError, job
from tenants.jobs.running import RunningJob


@job(services.BUILD, queue="report", permission="reports.build")
def build_report(running: RunningJob) -> dict[str, Any]:
    """Build the release of a round and the report that reads it. Raises JobRefusedError with the reason."""
    running.progress(0, 3, _("Vérification de la campagne"))
    with shared_scope(running.principal):
        round_ = services.round_of(running.principal, running.payload["round"])
        reason = services.why_not(round_)
    if reason:
        raise JobRefusedError(reason)
    running.progress(1, 3, _("Calcul et protection des chiffres"))
    # Keys drawn from the job's own: an attempt that follows a crash finds what the first one wrote.
    release = builder.build(
        round_,
        uuid.uuid5(uuid.UUID(running.key), "release"),
        lambda step, done, total: running.progress(1, 3, _protecting(step, done, total)),
    )
    running.progress(2, 3, _("Rédaction du rapport"))
    with shared_scope(running.principal):
        report, _made = Report.objects.get_or_create(
            key=uuid.uuid5(uuid.UUID(running.key), "report"),
            defaults={
                "convention_id": round_.convention_id,
                "release_id": release.pk,
                "title": _("Sensibilité des quartiers – %(round)s") % {"round": round_.name},
            },
        )
        publishing.tell_built(running.principal, report)
    running.progress(3, 3, _("Rapport prêt à relire"))
    return {"report": str(report.key), "url": reverse("report-detail", args=[report.key])}


def _protecting(step: str, done: int, total: int) -> str:
    """How far the protection is, in the reader's words."""
    if step == "parts":
        text = _("Protection des chiffres : département %(done)s sur %(total)s")
        return text % {"done": done, "total": total}
    text = (
        _("Protection des chiffres : attaque, partie %(done)s sur %(total)s")
        if step.startswith("attack")
        else _("Protection des chiffres : réparation %(done)s sur %(total)s")
    )
    return text % {"done": done, "total": total}


@job(services.PDF, permission="reports.read")
def make_pdf(running: RunningJob) -> dict[str, Any]:
    """Set the PDF of a report for the reader's organisation, under its own scope."""
    running.progress(0, 3, _("Lecture du rapport"))
    principal = running.principal
    kind = services.variant(principal)
    with translation.override(running.payload["language"]), shared_scope(principal):
        report = _readable(principal, running.payload["report"])
        content = content_of(principal, report, with_own=kind == services.WHOLE)
        reader = Organisation.objects.get(pk=principal.organisation_id)
        running.progress(1, 3, _("Mise en page"))
        receipt = deliver(
            principal,
            kind="report",
            title=report.title,
            file_name=f"rapport-{slugify(report.release.round.name)}.pdf",
            media_type="application/pdf",
            make=lambda facts: typeset(content, reader.name, facts),
            holdings=own_holding(principal, report.release) if content.has_own_figures else [],
            releases=[report.release],
            rows=len(content.lines),
            key=uuid.uuid5(uuid.UUID(running.key), "receipt"),
        )
        running.progress(2, 3, _("Enregistrement"))
        # Rights may have ended while the page was set: then nothing of this transaction stays.
        ReportFile.objects.update_or_create(
            report=_readable(principal, report.key),
            organisation=reader,
            format=kind,
            defaults={"receipt": receipt},
        )
    running.progress(3, 3, _("PDF prêt"))
    return {"url": reverse("report-file", args=[report.key])}


@job(services.FORM, permission="reports.read")
def make_form(running: RunningJob) -> dict[str, Any]:
    """Write one form of a report for the reader's organisation, under its own scope."""
    running.progress(0, 2, _("Lecture du rapport"))
    principal, name = running.principal, str(running.payload["form"])
    form = FORMS[name]
    with_own = services.variant(principal) == services.WHOLE
    with translation.override(running.payload["language"]), shared_scope(principal):
        report = _readable(principal, running.payload["report"])
        content = content_of(principal, report, with_own=with_own)
        reader = Organisation.objects.get(pk=principal.organisation_id)
        running.progress(1, 2, _("Écriture du fichier"))
        receipt = deliver(
            principal,
            kind="report",
            title=_("%(title)s – %(form)s") % {"title": report.title, "form": form.label},
            file_name=f"rapport-{slugify(report.release.round.name)}-{name}.{form.suffix}",
            media_type=form.media_type,
            make=lambda facts: form.write(content, reader.name, facts),
            holdings=own_holding(principal, report.release) if content.has_own_figures else [],
            releases=[report.release],
            rows=len(told_lines(content)),
            key=uuid.uuid5(uuid.UUID(running.key), "receipt"),
        )
        ReportFile.objects.update_or_create(
            report=_readable(principal, report.key),
            organisation=reader,
            format=services.form_format(principal, name),
            defaults={"receipt": receipt},
        )
    running.progress(2, 2, _("Fichier prêt"))
    return {"url": f"{reverse('report-detail', args=[report.key])}#formes"}


@job(services.SHEETS, permission="reports.read")
def make_sheets(running: RunningJob) -> dict[str, Any]:
    """Set the sheets of a département's territories for the reader's organisation, under its own scope."""
    running.progress(0, 1, _("Lecture du rapport"))
    principal = running.principal
    departement = str(running.payload["departement"])

    def told(done: int, total: int) -> None:
        if done % 20 == 0:
            running.progress(done, total, _("Mise en page des fiches"))

    with translation.override(running.payload["language"]), shared_scope(principal):
        report = _readable(principal, running.payload["report"])
        content = content_of(principal, report, with_own=False)
        reader = Organisation.objects.get(pk=principal.organisation_id)
        sheets = sheets_of(content, departement)
        if not sheets:
            raise JobRefusedError(
                _("Vous ne lisez aucun territoire de ce département dans ce rapport.")
            )
        receipt = deliver(
            principal,
            kind="report",
            title=_("%(title)s – fiches, département %(code)s")
            % {"title": report.title, "code": departement},
            file_name=f"fiches-{departement}-{slugify(report.release.round.name)}.zip",
            media_type="application/zip",
            make=lambda facts: archive(content, sheets, reader.name, facts, told),
            releases=[report.release],
            rows=len(sheets),
            key=uuid.uuid5(uuid.UUID(running.key), "receipt"),
        )
        ReportFile.objects.update_or_create(
            report=_readable(principal, report.key),
            organisation=reader,
            format=services.sheets_format(departement),
            defaults={"receipt": receipt},
        )
    running.progress(len(sheets), len(sheets), _("Fiches prêtes"))
    return {"url": f"{reverse('report-detail', args=[report.key])}#fiches"}


def _readable(principal: Principal, key: uuid.UUID | str) -> Report:
    """The report, if the reader may read it at this moment; trying again would change nothing."""
    try:
        return services.report_of(principal, key)
    except Http404 as error:
        raise JobRefusedError(
            _("Vous ne lisez plus ce rapport : il a été retiré, ou la convention ne vous le donne plus. Rien n’a été fait.")
        ) from error  # fmt: skip
