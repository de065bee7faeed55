"""The A-TFPB sheet: read on its page, taken as a file with its receipt."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gate import principal_of, requires
from accounts.models import Organisation
from sharing.atfpb.gathering import sheet_of, years
from sharing.atfpb.writing import rule, typeset, write_workbook
from sharing.receipts.holdings import of_own
from sharing.receipts.services import deliver

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@requires("sites.read")
def atfpb_sheet(request: HttpRequest) -> HttpResponse:
    """The actions of a year by axis and by QPV; asked for as a file, they leave with a receipt."""
    principal = principal_of(request)
    if not principal.is_landlord:
        raise Http404
    offered = years(principal)
    asked = (request.POST if request.method == "POST" else request.GET).get("annee", "")
    newest = next(iter(offered), timezone.localdate().year)
    year = int(asked) if asked.isdecimal() and int(asked) in offered else newest
    sheet = sheet_of(principal, year)
    if request.method == "POST":
        landlord = Organisation.objects.values_list("name", flat=True).get(
            pk=principal.organisation_id
        )
        is_pdf = "pdf" in request.POST
        receipt = deliver(
            principal, kind="atfpb_sheet", title=_("Fiche A-TFPB %(year)s") % {"year": year},
            file_name=f"fiche-atfpb-{year}.{'pdf' if is_pdf else 'xlsx'}",
            media_type="application/pdf" if is_pdf else XLSX,
            make=lambda facts: typeset(sheet, landlord, facts) if is_pdf else write_workbook(sheet, facts),
            holdings=of_own(principal, sheet.sites), rows=len(sheet.actions) + len(sheet.elsewhere),
        )  # fmt: skip
        return redirect("receipt", receipt.key)
    context = {
        "heading": _("Fiche A-TFPB"),
        "lead": _("Vos actions par axe et par QPV, et leur coût."),
        "breadcrumbs": [
            (_("Interventions"), reverse("intervention-list")),
            (_("Fiche A-TFPB"), ""),
        ],
        "sheet": sheet,
        "years": offered,
        "rule": rule(),
    }
    return render(request, "atfpb/sheet.html", context)
