"""The list of sites and the card of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from tenants.access import site as site_through_door
from tenants.access import sites
from tenants.campaigns.models import CounterVisit
from tenants.interventions.catalogue import levers_for
from tenants.photographs.cards import card as photograph_card
from tenants.stock import card
from tenants.stock.crossing import LEAST_FACTS, crossing_of, many_facts
from tenants.stock.filters import filter_choices, read_filter, sorted_by

PER_PAGE = 50


@require_GET
@requires("sites.read")
def site_list(request: HttpRequest) -> HttpResponse:
    """The sites within reach, filtered, sorted, page by page."""
    principal = principal_of(request)
    chosen = read_filter(request.GET, principal)
    rows = chosen.apply(sites(principal))
    ordered = sorted_by(rows, request.GET.get("tri", "")).select_related("agency")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": _("Sites"),
        "page": page,
        "chosen": chosen,
        "levels": ",".join(str(level) for level in chosen.levels),
        "dwellings": rows.aggregate(n=Sum("dwellings"))["n"] or 0,
        "may_import": principal.may("stock.import"),
        "many_facts": many_facts(),
        "least_facts": LEAST_FACTS,
        **filter_choices(principal),
    }
    return render(request, "stock/site_list.html", context)


@require_GET
@requires("sites.read")
def site_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything about one site, within what the role may read."""
    principal = principal_of(request)
    site = site_through_door(principal, key)
    context: dict[str, Any] = {
        "heading": site.name,
        "breadcrumbs": [(_("Sites"), reverse("site-list")), (site.name, "")],
        "site": site,
        "addresses": site.addresses.all()[:100],
        "trend": card.trend(site),
        "publications": card.publications_of(site)[:20],
        "interventions": card.interventions_on(principal, site)[:20],
        "levers": levers_for(site.current_level),
        "may_add_fact": principal.may("incidents.write"),
        "may_intervene": principal.may("interventions.write"),
        "may_read_facts": principal.may("incidents.read"),
        "may_read_ratings": principal.may("campaigns.read"),
    }
    if principal.may("assessments.write"):
        context["open_campaigns"] = list(card.campaigns_to_rate_in(principal, site))
    if context["may_read_facts"]:
        families = card.facts_by_family(principal, site)
        total = sum(family.count for family in families)
        context |= {
            "families": families,
            "facts_total": total,
            "crossing": crossing_of(site, total),
            "facts_rate": total * 100 / site.dwellings if site.dwellings else None,
            "latest_facts": card.latest_facts(principal, site),
        }
    if context["may_read_ratings"]:
        settled = card.settling_assessment(principal, site)
        visits = list(card.visits_of(principal, site))
        context |= {
            "settled": settled,
            "photograph": photograph_card(principal, settled) if settled else None,
            "answers": card.answers_of(settled) if settled else [],
            "ticked": card.ticked_facts(settled) if settled else [],
            "visits": visits,
            "pending_visit": next(
                (visit for visit in visits if visit.state == CounterVisit.State.PENDING), None
            ),
        }
    return render(request, "stock/site_detail.html", context)
