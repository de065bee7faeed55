"""The pre-filled files of a campaign: ask for one, download it, bring it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from tenants.access import campaigns
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import CampaignError
from tenants.imports.changes.showing import XLSX
from tenants.jobs.services import jobs_of
from tenants.jobs.views import progress_context
from tenants.prefilled import services
from tenants.prefilled.workbook import as_xlsx

SHOWN = 20


def _campaign(principal: Principal, key: UUID) -> Campaign:
    found = campaigns(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Cette campagne n’existe pas, ou n’est pas de votre organisme."))
    return found


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def prefilled_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The files made for a campaign; sending the form asks for another."""
    principal = principal_of(request)
    campaign = _campaign(principal, key)
    if request.method == "POST":
        try:
            services.ask(principal, campaign)
        except CampaignError as refused:
            messages.error(request, str(refused))
        return redirect("prefilled-file", key=campaign.key)
    context = {
        "heading": _("Fichier pré-rempli"),
        "lead": campaign.name,
        "breadcrumbs": [
            (_("Campagnes"), reverse("campaign-list")),
            (campaign.name, reverse("campaign-detail", args=[campaign.key])),
            (_("Fichier pré-rempli"), ""),
        ],
        "campaign": campaign,
        "is_open": campaign.state == Campaign.State.OPEN,
        "files": [
            (each, len(each.lines)) for each in services.files_of(principal, campaign)[:SHOWN]
        ],
    }
    job = (
        jobs_of(principal)
        .filter(kind=services.JOB_KIND, payload__contains={"campaign": str(campaign.key)})
        .order_by("-created_at")
        .first()
    )
    if job is not None and job.state != job.State.DONE:
        context |= progress_context(request, job)
    return render(request, "prefilled/list.html", context)


@require_POST
@requires("campaigns.manage")
def mandate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the mandate, or take it back."""
    principal = principal_of(request)
    campaign = _campaign(principal, key)
    try:
        services.mandate(principal, campaign, given="donner" in request.POST)
    except CampaignError as refused:
        messages.error(request, str(refused))
    return redirect("prefilled-file", key=campaign.key)


@require_GET
@requires("campaigns.manage")
def prefilled_workbook(request: HttpRequest, key: UUID) -> HttpResponse:
    """One file, as a workbook written now."""
    file = services.file_of(principal_of(request), key)
    response = HttpResponse(as_xlsx(file), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="patrimoine-a-coter-{file.key}.xlsx"'
    return response
