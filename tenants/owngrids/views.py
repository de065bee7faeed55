"""A landlord's grids on their pages: the list, a draft to write, a version to read, its mapping, a trial of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from tenants.campaigns.forms import RatingForm
from tenants.campaigns.grids import read_grid, read_own
from tenants.campaigns.services import CampaignError
from tenants.campaigns.services.launching import current_grid
from tenants.owngrids import services
from tenants.owngrids.definition import DEGREES, LEVELS, OPTIONS, QUESTIONS, TEXTS, faults, losses
from tenants.owngrids.editing import edited
from tenants.owngrids.models import OwnGrid


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def own_grid_list(request: HttpRequest) -> HttpResponse:
    """The landlord's grids, each in its newest version; sending the form begins one."""
    principal = principal_of(request)
    if request.method == "POST":
        return redirect("own-grid", pk=services.begin(principal).pk)
    context = {
        "heading": _("Grilles"),
        "lead": _("Vos questions et vos niveaux, ramenés à l’échelle commune que lisent vos partenaires."),
        "breadcrumbs": _trail(),
        "grids": services.latest(principal),
    }  # fmt: skip
    return render(request, "owngrids/list.html", context)


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    steps = [
        (_("Campagnes"), reverse("campaign-list")),
        (_("Grilles"), reverse("own-grid-list")),
        *more,
    ]
    return [*steps[:-1], (steps[-1][0], "")]


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def own_grid(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: a draft is written here, a published one read, with what the common scale does not keep."""
    principal = principal_of(request)
    grid = services.own_grid_of(principal, pk)
    if request.method == "POST" and request.POST.get("do") == "discard":
        return _discard(request, principal, grid)
    if request.method == "POST":
        _keep(request, principal, grid)
        return redirect("own-grid", pk=grid.pk)
    is_draft, found = grid.published_at is None, faults(grid.definition)
    context = _context(grid) | {
        "faults": found if is_draft else [],
        "losses": [] if found else losses(grid.definition),
        "versions": services.own_grids(principal).filter(code=grid.code),
    }
    if is_draft:
        context |= _writing(grid.definition)
    return render(request, "owngrids/draft.html" if is_draft else "owngrids/detail.html", context)


def _keep(request: HttpRequest, principal: Principal, grid: OwnGrid) -> None:
    """Keep the draft, whatever it lacks; then publish it where that is asked."""
    try:
        services.change(principal, grid, edited(grid.definition, request.POST))
        if request.POST.get("do") == "publish":
            services.publish(principal, services.own_grid_of(principal, grid.pk))
            text = _("La grille est publiée : choisissez-la en préparant une campagne.")
        else:
            text = _("Le brouillon est enregistré.")
    except CampaignError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, text)


def _discard(request: HttpRequest, principal: Principal, grid: OwnGrid) -> HttpResponse:
    try:
        services.discard(principal, grid)
    except CampaignError as refusal:
        messages.error(request, str(refusal))
        return redirect("own-grid", pk=grid.pk)
    messages.success(request, _("Le brouillon est supprimé."))
    return redirect("own-grid-list")


def _context(grid: OwnGrid, *more: tuple[str, str]) -> dict[str, Any]:
    title = grid.definition["title"] or _("Grille sans titre")
    return {
        "heading": title,
        "breadcrumbs": _trail((title, reverse("own-grid", args=[grid.pk])), *more),
        "own": grid,
        "grid": read_own(grid.definition, grid.version, current_grid()),
    }


def _writing(definition: dict[str, Any]) -> dict[str, Any]:
    """What the form of a draft chooses from, and how far it may grow."""
    common = read_grid(current_grid())
    return {
        "texts": TEXTS,
        "degrees": DEGREES,
        "common_levels": common.levels,
        "equivalents": [("", _("sans équivalent")), *((each.code, each.label) for each in common.criteria)],
        "places": list(enumerate(definition["levels"], start=1)),
        "may_add_level": len(definition["levels"]) + 1 in LEVELS,
        "may_drop_level": len(definition["levels"]) - 1 in LEVELS,
        "may_add_question": len(definition["criteria"]) + 1 in QUESTIONS,
        "may_drop_question": len(definition["criteria"]) - 1 in QUESTIONS,
        "most_options": OPTIONS.stop - 1,
        "least_options": OPTIONS.start,
    }  # fmt: skip


@require_POST
@requires("campaigns.manage")
def own_grid_next(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid's draft, to change it: the one under way, or a copy of this version."""
    principal = principal_of(request)
    draft = services.next_version(principal, services.own_grid_of(principal, pk))
    return redirect("own-grid", pk=draft.pk)


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def own_grid_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a rater on this grid, that keeps nothing: sending it shows the suggested level."""
    grid = services.own_grid_of(principal_of(request), pk)
    if faults(grid.definition):
        messages.error(
            request,
            _("Complétez d’abord la grille : l’aperçu l’essaie comme une personne qui cote."),
        )
        return redirect("own-grid", pk=grid.pk)
    context = _context(grid, (_("Aperçu"), ""))
    context["form"] = RatingForm(context["grid"], request.POST or None)
    return render(request, "owngrids/preview.html", context)
