"""Counter-visits: what is due, the second look, both ratings side by side once it is done."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from tenants.access import counter_visits
from tenants.campaigns.forms import RatingForm
from tenants.campaigns.grids import answers_shown, grid_of, own_level
from tenants.campaigns.models import CounterVisit
from tenants.campaigns.services import CampaignError, do_counter_visit, may_counter_visit
from tenants.photographs.cards import cards

REFUSED = 422


@require_GET
@requires("counter_visits.write", "campaigns.read")
def counter_visit_list(request: HttpRequest) -> HttpResponse:
    """To do, the most urgent first; or done."""
    principal = principal_of(request)
    every = counter_visits(principal).select_related(
        "site", "site__agency", "campaign", "assessment", "result"
    )
    pending = every.filter(state=CounterVisit.State.PENDING)
    done = every.exclude(state=CounterVisit.State.PENDING).order_by("-done_at")
    show_done = request.GET.get("etat") == "faites"
    today = timezone.localdate()
    page = Paginator(done if show_done else pending, 25).get_page(request.GET.get("page"))
    context = {
        "heading": _("Contre-visites"),
        "lead": _("Chaque niveau 4 est revu par une personne qui n’a pas coté le site."),
        "page": page,
        "show_done": show_done,
        "pending_count": pending.count(),
        "overdue_count": pending.filter(due_on__lt=today).count(),
        "today": today,
        "may_write": principal.may("counter_visits.write"),
    }
    return render(request, "campaigns/counter_visit_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("counter_visits.write", "campaigns.read")
def counter_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, blind to what the first rater wrote; then both ratings."""
    principal = principal_of(request)
    visit = get_object_or_404(
        counter_visits(principal).select_related(
            "site",
            "campaign__grid",
            "campaign__own_grid",
            "assessment__rated_by",
            "result__rated_by",
        ),
        pk=pk,
    )
    grid = grid_of(visit.campaign)
    context = {
        "heading": visit.site.name,
        "breadcrumbs": [
            (_("Contre-visites"), reverse("counter-visit-list")),
            (visit.site.name, ""),
        ],
        "visit": visit,
        "site": visit.site,
        "campaign": visit.campaign,
        "grid": grid,
        "today": timezone.localdate(),
    }
    pending = visit.state == CounterVisit.State.PENDING
    may = may_counter_visit(principal, visit)
    if request.method == "GET" and not pending:
        given = [each for each in (visit.assessment, visit.result) if each is not None]
        pictures = cards(principal, given)
        both = [
            {
                "assessment": each,
                "answers": answers_shown(visit.campaign, grid, each),
                "own_level": own_level(each, grid),
                "card": pictures[each.pk],
            }
            for each in given
        ]
        return render(request, "campaigns/counter_visit_done.html", context | {"both": both})
    form = RatingForm(grid, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and "preview" not in request.POST:
        status = REFUSED
        if not principal.may("counter_visits.write"):
            form.full_clean()
            form.add_error(None, _("Votre rôle ne fait pas de contre-visite."))
        elif form.is_valid():
            try:
                done = do_counter_visit(principal, visit, form.submission())
            except CampaignError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    _("Le niveau 4 est confirmé.")
                    if done.state == CounterVisit.State.CONFIRMED
                    else _("Le niveau est corrigé : les deux cotations restent dans l’historique."),
                )
                return redirect("counter-visit", pk=visit.pk)
    context |= {"form": form, "may": may}
    return render(request, "campaigns/counter_visit_form.html", context, status=status)
