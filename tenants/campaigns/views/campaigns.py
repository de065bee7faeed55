"""Campaigns: the list, the launch, the follow-up, the decisions, the end."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from tenants.access import assessments, campaigns
from tenants.campaigns import services
from tenants.campaigns.arbitration import conflicted_lines
from tenants.campaigns.forms import CampaignForm, DecisionForm, ReopenForm
from tenants.campaigns.grids import answers_shown, grid_of, own_level
from tenants.campaigns.history import events_of
from tenants.campaigns.jobs import JOB_KIND
from tenants.campaigns.models import Assessment, Campaign
from tenants.campaigns.querysets import (
    completion_by_agency,
    dwellings_by_level,
    lines_within_reach,
    total_of,
    undecided,
)
from tenants.campaigns.reminding import late_members, remind
from tenants.campaigns.services import CampaignError
from tenants.jobs.services import enqueue
from tenants.owngrids.services import usable
from tenants.photographs.cards import cards

REFUSED = 422
PER_PAGE = 25


def _campaign(request: HttpRequest, key: UUID) -> Campaign:
    return get_object_or_404(
        campaigns(principal_of(request)).select_related("grid", "own_grid"), key=key
    )


@require_GET
@requires("campaigns.read")
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The landlord's campaigns, the newest first, with how far each has come."""
    principal = principal_of(request)
    page = Paginator(campaigns(principal), 10).get_page(request.GET.get("page"))
    rows = [
        {"campaign": campaign, "total": total_of(completion_by_agency(principal, campaign))}
        for campaign in page
    ]
    context = {
        "heading": _("Campagnes"),
        "lead": _("Une campagne cote tout le patrimoine, tel qu’il est un jour donné."),
        "rows": rows,
        "page": page,
        "may_manage": principal.may("campaigns.manage"),
    }
    return render(request, "campaigns/campaign_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def campaign_create(request: HttpRequest) -> HttpResponse:
    """Prepare a campaign."""
    today = timezone.localdate()
    initial = {
        "name": _("Campagne %(year)s") % {"year": today.year},
        "reference_date": today,
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=30),
    }
    own_grids = usable(principal_of(request))
    form = CampaignForm(request.POST or None, initial=initial, own_grids=own_grids)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = services.create_campaign(principal_of(request), **form.cleaned_data)
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("La campagne est prête : vérifiez-la, puis ouvrez-la."))
            return redirect("campaign-detail", key=campaign.key)
    context = {
        "heading": _("Nouvelle campagne"),
        "form": form,
        "breadcrumbs": [(_("Campagnes"), reverse("campaign-list")), (_("Nouvelle campagne"), "")],
    }
    status = REFUSED if form.errors else 200
    return render(request, "campaigns/campaign_form.html", context, status=status)


@require_GET
@requires("campaigns.read")
def campaign_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far the campaign has come, what waits for a decision, and its next step."""
    campaign = _campaign(request, key)
    return render(request, "campaigns/campaign_detail.html", _detail(request, campaign))


def _detail(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    principal = principal_of(request)
    rows = completion_by_agency(principal, campaign)
    page = Paginator(undecided(principal, campaign), PER_PAGE).get_page(request.GET.get("page"))
    grid = grid_of(campaign)
    ticks = {tick.code: tick.label for tick in grid.ticks}
    pictures = cards(principal, list(page))
    waiting = [
        {
            "assessment": each,
            "photograph": pictures[each.pk],
            "answers": answers_shown(campaign, grid, each),
            "own_level": own_level(each, grid),
            "facts": [ticks[code] for code in each.ticks if code in ticks],
        }
        for each in page
    ]
    manages = principal.may("campaigns.manage")
    ended = campaign.state in {Campaign.State.CLOSED, Campaign.State.PUBLISHED}
    return {
        "heading": campaign.name,
        "breadcrumbs": [(_("Campagnes"), reverse("campaign-list")), (campaign.name, "")],
        "campaign": campaign,
        "grid": grid,
        "rows": rows,
        "total": total_of(rows),
        "levels": dwellings_by_level(lines_within_reach(principal, campaign)),
        "page": page,
        "waiting": waiting,
        "conflicts": conflicted_lines(principal, campaign).count(),
        "easy": _as_suggested(request, campaign).count() if page.paginator.count else 0,
        "may_manage": manages,
        "may_validate": principal.may("assessments.validate")
        and campaign.state != Campaign.State.PUBLISHED,
        "publication": services.preview_publication(campaign) if manages and ended else None,
        "reopen_form": ReopenForm(),
        "late": late_members(principal, campaign)
        if manages and campaign.state == Campaign.State.OPEN
        else [],
        "events": events_of(campaign),
    }


def _as_suggested(request: HttpRequest, campaign: Campaign) -> QuerySet[Assessment]:
    """Undecided ratings that need no arbitration: the grid's own level, below 4, on time, alone for their site."""
    rows: QuerySet[Any] = undecided(principal_of(request), campaign)  # typed without its annotation
    return rows.filter(
        level=F("suggested_level"),
        reason_to_differ="",
        level__lt=services.COUNTER_VISIT_LEVEL,
        is_late=False,
        rivals=1,
    )


@require_POST
@requires("campaigns.manage")
def campaign_step(request: HttpRequest, key: UUID, step: str) -> HttpResponse:
    """Open, close or publish; the page has said what it does."""
    principal, campaign = principal_of(request), _campaign(request, key)
    try:
        if step == "open":
            count = services.open_campaign(principal, campaign)
            text = ngettext(
                "La campagne est ouverte : %(count)s site à coter.",
                "La campagne est ouverte : %(count)s sites à coter.",
                count,
            ) % {"count": count}
        elif step == "close":
            services.close(principal, campaign)
            text = _("La campagne est close. Ce qui arrive désormais est conservé comme tardif.")
        else:
            report = services.publish(principal, campaign)
            text = ngettext(
                "%(count)s niveau est publié, dont %(changed)s changé.",
                "%(count)s niveaux sont publiés, dont %(changed)s changés.",
                report.published,
            ) % {"count": report.published, "changed": report.changed}
    except CampaignError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, text)
    return redirect("campaign-detail", key=campaign.key)


@require_POST
@requires("campaigns.manage")
def campaign_remind(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remind everybody who still has sites to rate; mails leave by a job."""
    principal, campaign = principal_of(request), _campaign(request, key)
    try:
        made = remind(principal, campaign)
    except CampaignError as refusal:
        messages.error(request, str(refusal))
        return redirect("campaign-detail", key=campaign.key)
    if made:
        enqueue(principal, JOB_KIND, {"campaign": str(campaign.key)})
        text = ngettext(
            "%(n)s personne est relancée.", "%(n)s personnes sont relancées.", len(made)
        )
        messages.success(request, text % {"n": len(made)})
    else:
        messages.info(
            request, _("Personne à relancer : tout est coté, ou la relance du jour est partie.")
        )
    return redirect("campaign-detail", key=campaign.key)


@require_POST
@requires("campaigns.manage")
def campaign_reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take ratings again, with a reason."""
    campaign = _campaign(request, key)
    form = ReopenForm(request.POST)
    if form.is_valid():
        try:
            services.reopen(principal_of(request), campaign, **form.cleaned_data)
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("La campagne est rouverte : on peut coter à nouveau."))
            return redirect("campaign-detail", key=campaign.key)
    context = _detail(request, campaign) | {"reopen_form": form}
    return render(request, "campaigns/campaign_detail.html", context, status=REFUSED)


@require_POST
@requires("assessments.validate")
def assessment_decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a rating or set it aside."""
    principal = principal_of(request)
    assessment = get_object_or_404(
        assessments(principal).select_related("campaign", "site"), key=key
    )
    form = DecisionForm(request.POST)
    key = assessment.campaign.key
    back = (
        redirect("conflict-list", key=key)
        if request.POST.get("next") == "conflict-list"
        else redirect(f"{reverse('campaign-detail', kwargs={'key': key})}#a-valider")
    )
    if not form.is_valid():
        messages.error(request, _("Choisissez de valider ou d’écarter la cotation."))
        return back
    words = {"site": assessment.site.name, "level": assessment.level}
    try:
        if form.cleaned_data["outcome"] == "set_aside":
            services.set_aside(principal, assessment, reason=form.cleaned_data["reason"])
            text = _("%(site)s : la cotation est écartée, elle reste dans l’historique.") % words
        elif services.validate(principal, assessment) is not None:
            text = _("%(site)s : niveau 4, une contre-visite est demandée.") % words
        else:
            text = _("%(site)s : le niveau %(level)s est retenu.") % words
    except CampaignError as refusal:
        messages.error(request, f"{assessment.site.name} : {refusal}")
    else:
        messages.success(request, text)
    return back


@require_POST
@requires("assessments.validate")
def campaign_validate_all(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep at once the ratings that follow the grid, below level 4, alone for their site."""
    principal, campaign = principal_of(request), _campaign(request, key)
    kept = 0
    try:
        for assessment in list(_as_suggested(request, campaign)):
            services.validate(principal, assessment)
            kept += 1
    except CampaignError as refusal:
        messages.error(request, str(refusal))
    if kept:
        messages.success(
            request,
            ngettext("%(count)s niveau est retenu.", "%(count)s niveaux sont retenus.", kept)
            % {"count": kept},
        )
    return redirect("campaign-detail", key=campaign.key)
