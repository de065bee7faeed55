"""Rival ratings of one site, side by side; the sector head keeps one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from tenants.access import campaigns
from tenants.campaigns.arbitration import Conflict, conflicted_lines, conflicts_of
from tenants.campaigns.grids import GridText, grid_of, own_level
from tenants.campaigns.models import Campaign
from tenants.photographs.cards import cards

PER_PAGE = 20


@require_GET
@requires("assessments.validate", "campaigns.read")
def conflict_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every site of the campaign with more than one rating to choose from."""
    principal = principal_of(request)
    campaign = get_object_or_404(campaigns(principal).select_related("grid", "own_grid"), key=key)
    page = Paginator(conflicted_lines(principal, campaign), PER_PAGE).get_page(
        request.GET.get("page")
    )
    grid = grid_of(campaign)
    found = conflicts_of(principal, campaign, list(page))
    pictures = cards(principal, [rating for each in found for rating in each.rivals])
    context = {
        "heading": _("Cotations à arbitrer"),
        "lead": _(
            "Plusieurs cotations d’un même site : toutes sont gardées, une seule est retenue."
        ),
        "breadcrumbs": [
            (_("Campagnes"), reverse("campaign-list")),
            (campaign.name, reverse("campaign-detail", args=[campaign.key])),
            (_("Cotations à arbitrer"), ""),
        ],
        "campaign": campaign,
        "page": page,
        "conflicts": [
            {
                "conflict": each,
                "answers": _answers(grid, each),
                "own_levels": [own_level(rating, grid) for rating in each.rivals]
                if grid.own
                else [],
                "cards": [pictures[rating.pk] for rating in each.rivals],
                "has_pictures": any(pictures[rating.pk].photograph for rating in each.rivals),
            }
            for each in found
        ],
        "may_validate": principal.may("assessments.validate")
        and campaign.state != Campaign.State.PUBLISHED,
    }
    return render(request, "campaigns/conflict_list.html", context)


def _answers(grid: GridText, conflict: Conflict) -> list[dict[str, Any]]:
    """A line a criterion: its label, each rival's answer, and whether they differ."""
    rows = []
    for criterion in grid.criteria:
        values = [
            (rating.own_answers["answers"] if rating.own_answers else rating.criteria).get(
                criterion.code, "–"
            )
            for rating in conflict.rivals
        ]
        rows.append({"label": criterion.label, "values": values, "differs": len(set(values)) > 1})
    return rows
