"""What each recipient gets: read over by the coordination before it publishes."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from sharing.reports import services, wording
from sharing.reports.content import content_of
from sharing.reports.facts import facts_table
from sharing.reports.versions import left_out, versions


@requires("reports.publish")
@require_GET
def recipients(request: HttpRequest, key: UUID) -> HttpResponse:
    """The recipients of a report and, once one is chosen, the figures of its version."""
    principal = principal_of(request)
    report = services.report_of(principal, key)
    found = versions(principal, report)
    chosen = None
    wanted = request.GET.get("destinataire", "")
    if wanted:
        chosen = next(
            (
                each
                for each in found
                if wanted in {str(reader.organisation.key) for reader in each.readers}
            ),
            None,
        )
        if chosen is None:
            raise Http404(_("Cette organisation n’est pas destinataire de ce rapport."))
    context = {
        "heading": _("Ce que chaque destinataire recevra"),
        "lead": report.title,
        "breadcrumbs": [
            (_("Rapports"), reverse("report-list")),
            (report.title, reverse("report-detail", args=[key])),
            (_("Destinataires"), ""),
        ],
        "report": report,
        "versions": found,
        "left_out": left_out(report, found),
        "chosen": chosen,
    }
    if chosen is not None:
        content = content_of(principal, report, with_own=False, only=chosen.ids)
        context |= {
            "content": content,
            "facts": wording.summary(content),
            "facts_table": facts_table(content),
            "rows": [(line, wording.change_text(line)) for line in content.published],
        }
    return render(request, "reports/recipients.html", context)
