"""The rater's pages: what is left to rate, the form, the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from tenants.access import assessable_sites, campaigns, own_assessments, ratable_campaigns
from tenants.campaigns.forms import RatingForm
from tenants.campaigns.grids import GridText, grid_of, own_level, read_grid
from tenants.campaigns.models import Campaign
from tenants.campaigns.querysets import ratable_lines, to_rate
from tenants.campaigns.reminding import own_reminder
from tenants.campaigns.services import CampaignError, submit_assessment
from tenants.campaigns.services.launching import current_grid
from tenants.photographs.cards import card
from tenants.stock.models import Site

REFUSED = 422
SHOWN = 60


@require_GET
@requires("assessments.write")
def rate_list(request: HttpRequest) -> HttpResponse:
    """The reader's sites still to rate, by open campaign, and what she has rated."""
    principal = principal_of(request)
    text = request.GET.get("q", "").strip()
    parts = []
    for campaign in ratable_campaigns(principal).filter(state=Campaign.State.OPEN):
        left = to_rate(principal, campaign)
        total = ratable_lines(principal, campaign).count()
        left_count = left.count()
        if text:
            left = left.filter(site__name__icontains=text)
        parts.append(
            {
                "campaign": campaign,
                "lines": left[:SHOWN],
                "left": left_count,
                "done": total - left_count,
                "total": total,
                "shown": SHOWN,
                "reminder": own_reminder(principal, campaign) if left_count else None,
            }
        )
    own = (
        own_assessments(principal).select_related("site", "campaign").order_by("-received_at")[:10]
    )
    context = {"heading": _("Coter"), "parts": parts, "own": own, "q": text}
    return render(request, "campaigns/rate_list.html", context)


def _campaign_and_site(request: HttpRequest, campaign: UUID, site: UUID) -> tuple[Campaign, Site]:
    principal = principal_of(request)
    found = (
        ratable_campaigns(principal).select_related("grid", "own_grid").filter(key=campaign).first()
    )
    # Asked whether or not the campaign is there: a refusal takes as long for a colleague's site as for nobody's.
    theirs = assessable_sites(principal).filter(key=site).first()
    if found is None or theirs is None:
        raise Http404(f"{campaign}/{site}")
    return found, theirs


@require_http_methods(["GET", "POST"])
@requires("assessments.write")
def rate_site(request: HttpRequest, campaign_key: UUID, site_key: UUID) -> HttpResponse:
    """The rating form of one site. A campaign closed meanwhile takes the rating as late, and says so."""
    principal = principal_of(request)
    campaign, site = _campaign_and_site(request, campaign_key, site_key)
    grid = grid_of(campaign)
    context: dict[str, Any] = {
        "heading": site.name,
        "campaign": campaign,
        "site": site,
        "grid": grid,
        "is_open": campaign.state == Campaign.State.OPEN,
    }
    form = RatingForm(grid, request.POST or None)
    context["form"] = form
    if request.method == "GET":
        return render(request, "campaigns/rate_site.html", context)
    # Without a script, the button "see the suggested level" shows the page again with it.
    if "preview" not in request.POST and form.is_valid():
        try:
            receipt = submit_assessment(principal, campaign, site, form.submission())
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("rate-receipt", key=receipt.assessment.key)
    status = 200 if "preview" in request.POST else REFUSED
    return render(request, "campaigns/rate_site.html", context, status=status)


def _grid(request: HttpRequest, campaign: str) -> GridText:
    """The grid of one of the reader's campaigns; the common one for any other name."""
    try:
        key = UUID(campaign)
    except ValueError:
        return read_grid(current_grid())
    found = campaigns(principal_of(request)).select_related("grid", "own_grid").filter(key=key)
    return grid_of(found[0]) if found else read_grid(current_grid())


@require_POST
@requires("assessments.write")
def rate_suggestion(request: HttpRequest) -> HttpResponse:
    """The suggested level for the answers given so far: a fragment."""
    form = RatingForm(_grid(request, request.POST.get("campaign", "")), request.POST)
    return render(request, "campaigns/_suggestion.html", {"form": form, "grid": form.grid})


@require_GET
@requires("assessments.write")
def rate_receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was kept of the reader's rating, and the next site."""
    principal = principal_of(request)
    assessment = get_object_or_404(
        own_assessments(principal).select_related("site", "campaign__grid", "campaign__own_grid"),
        key=key,
    )
    left = to_rate(principal, assessment.campaign)
    context = {
        "heading": _("Cotation reçue"),
        "assessment": assessment,
        "own_level": own_level(assessment, grid_of(assessment.campaign)),
        "next": left.first() if assessment.campaign.state == Campaign.State.OPEN else None,
        "left": left.count(),
        "card": card(principal, assessment),
    }
    return render(request, "campaigns/rate_receipt.html", context)


@require_GET
@requires("assessments.write", "campaigns.read")
def grid_aid(request: HttpRequest) -> HttpResponse:
    """The whole grid: levels, criteria, degrees, and the rule that suggests a level; that of a campaign when named."""
    grid = _grid(request, request.GET.get("campagne", ""))
    context = {"heading": _("Grille de classification"), "grid": grid}
    return render(request, "campaigns/grid_aid.html", context)
