"""Evolution between two campaigns; the watch list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from tenants.access import site as site_through_door
from tenants.evolution import watching
from tenants.evolution.forms import WatchForm
from tenants.evolution.reading import LEVELS, comparable, compare, latest_pairs, pair_of
from tenants.stock.models import Site

SHOWN = 50


@require_GET
@requires("campaigns.read")
def evolution(request: HttpRequest) -> HttpResponse:
    """Transitions between two campaigns (`de`, `a`: their keys; the last two unless told), site by site and agency."""
    principal = principal_of(request)
    campaigns = comparable(principal)
    by_key = {str(each.key): each for each in campaigns}
    pairs = latest_pairs(campaigns)
    newest = pairs[0][1] if pairs else next(iter(campaigns), None)
    after = by_key.get(request.GET.get("a", "")) or newest
    asked = by_key.get(request.GET.get("de", ""))
    before = None
    if after is not None:
        is_earlier = asked is not None and asked.reference_date < after.reference_date
        before = asked if is_earlier else pair_of(campaigns, after)
    context: dict[str, Any] = {
        "heading": _("Évolution"),
        "lead": _("Les mêmes sites d’une campagne à l’autre : ce qui monte, ce qui baisse."),
        "campaigns": campaigns,
        "before": before,
        "after": after,
    }
    if before is not None and after is not None:
        whole, agencies = compare(principal, before, after)
        states = dict(Site.State.choices)
        context |= {
            "whole": whole,
            "agencies": agencies,
            "levels": LEVELS,
            "risen": whole.risen()[:SHOWN],
            "left": [(states[state], count) for state, count in sorted(whole.left.items())],
        }
    return render(request, "evolution/evolution.html", context)


@require_GET
@requires("campaigns.read")
def watch_list(request: HttpRequest) -> HttpResponse:
    """The sites to keep an eye on, and why."""
    principal = principal_of(request)
    context = {
        "heading": _("Sites à suivre"),
        "lead": _("Ceux que vous suivez, et ceux que les chiffres désignent, chacun avec ses raisons."),
        "rows": watching.watch_list(principal),
        "may_write": principal.may("interventions.write"),
    }  # fmt: skip
    return render(request, "evolution/watch_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("interventions.write")
def watch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Follow a site, with a reason."""
    principal = principal_of(request)
    site = site_through_door(principal, key)
    form = WatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        watching.watch(principal, site, form.cleaned_data["reason"])
        messages.success(request, _("%(site)s est dans les sites à suivre.") % {"site": site.name})
        return redirect("watch-list")
    context = {
        "heading": _("Suivre ce site"),
        "lead": site.name,
        "breadcrumbs": [
            (_("Sites à suivre"), reverse("watch-list")),
            (site.name, reverse("site-detail", args=[site.key])),
            (_("Suivre ce site"), ""),
        ],
        "form": form,
        "back": reverse("site-detail", args=[site.key]),
    }
    return render(request, "evolution/watch.html", context, status=422 if form.errors else 200)


@require_POST
@requires("interventions.write")
def unwatch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop following a site; the figures may still point it out."""
    principal = principal_of(request)
    site = site_through_door(principal, key)
    watching.unwatch(principal, site)
    messages.success(request, _("%(site)s n’est plus suivi à la main.") % {"site": site.name})
    return redirect("watch-list")
