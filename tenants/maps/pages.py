"""The landlord's own map: the page, the list of what it shows, the card of a point, the search."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from gis.degrees import in_degrees
from gis.territories.models import Territory
from tenants.access import counter_visits, sites
from tenants.campaigns.models import CounterVisit
from tenants.hotspots.services import findings, last_run, refusal_lines
from tenants.hotspots.wording import EXPLAINED, sentence
from tenants.incidents.nomenclature import FAMILIES
from tenants.maps.choices import (
    DEFAULT_RING_M,
    HOTSPOT_VIEW,
    RINGS_M,
    MapChoice,
    last_two,
    read_choice,
    timeline,
    views_of,
)
from tenants.maps.frames import asked_degrees, frame_of, in_lambert
from tenants.maps.marks import in_order, shown
from tenants.maps.rings import ringed
from tenants.maps.search import search
from tenants.stock.filters import filter_choices
from tenants.stock.models import Site

MAX_LISTED: Final = 100
LONGEST_INTERVENTIONS: Final = 40


@require_GET
@requires("sites.read")
def landlord_map(request: HttpRequest) -> HttpResponse:
    """The map of the sites within reach, in the view that its address asks for."""
    principal = principal_of(request)
    choice = read_choice(request.GET, principal)

    def tiles(name: str) -> str:
        return reverse(name, args=(0, 0, 0)).replace("0/0/0", "{z}/{x}/{y}")

    config = {
        "tilesUrl": tiles("landlord-tiles"),
        "viewTilesUrl": tiles("landlord-view-tiles"),
        "bounds": frame_of(sites(principal)),
        "cardUrl": reverse("landlord-map-card", args=(0,)).replace("0", "{key}"),
        "listUrl": reverse("landlord-map-list"),
        "searchUrl": reverse("landlord-map-search"),
        "interventionsUrl": reverse("landlord-map-interventions"),
    }
    if settings.ORSEN_BASE_TILES_URL:
        config["baseTilesUrl"] = settings.ORSEN_BASE_TILES_URL
    context = {
        "heading": _("Carte"),
        "config": config,
        "choice": choice,
        "chosen": choice.sites,
        "views": views_of(principal),
        "timeline": (line := timeline(principal)),
        "pair": (choice.before, choice.after) if choice.after else last_two(line),
        "families": FAMILIES,
        "rings": RINGS_M,
        "default_ring": choice.ring_m or DEFAULT_RING_M,
        "neighbourhoods": _neighbourhoods(principal),
        "reads_facts": principal.may("incidents.read"),
        **filter_choices(principal),
        **_listed(request, choice),
    }
    return render(request, "stock/map.html", context)


def _neighbourhoods(principal: Any) -> list[tuple[str, str]]:
    """The QPV that hold a site within reach, code and name, by name."""
    codes = set(
        sites(principal).exclude(qpv_code="").order_by().values_list("qpv_code", flat=True).distinct()
    )  # fmt: skip
    names = dict(
        Territory.objects.current("qpv").filter(code__in=codes).values_list("code", "name")
    )
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


@require_GET
@requires("sites.read")
def landlord_map_list(request: HttpRequest) -> HttpResponse:
    """What the frame of the map shows, what calls for a decision first: a fragment."""
    choice = read_choice(request.GET, principal_of(request))
    return render(request, "stock/_map_list.html", _listed(request, choice))


def _listed(request: HttpRequest, choice: MapChoice) -> dict[str, Any]:
    principal = principal_of(request)
    frame = asked_degrees(request.GET.get("bbox", ""))
    box = in_lambert(frame) if frame else None
    rows = shown(principal, choice)
    if box is not None:
        rows = rows.filter(geom__bboverlaps=box)
    found = list(in_order(rows, choice)[: MAX_LISTED + 1])
    more, found = len(found) > MAX_LISTED, found[:MAX_LISTED]
    _to_degrees(found)
    context: dict[str, Any] = {"choice": choice, "found": found, "more": more, "most": MAX_LISTED}
    if choice.view == HOTSPOT_VIEW:
        run = last_run(principal)
        context |= {"run": run, "refusals": refusal_lines(run) if run else [], "explained": EXPLAINED.values()}  # fmt: skip
        _say_why(principal, found)
    if choice.ring_m:
        context["interventions"] = ringed(principal, choice, box)[:LONGEST_INTERVENTIONS]
        context["may_write"] = principal.may("interventions.write")
    return context


def _to_degrees(found: list[Site]) -> None:
    for site in found:
        if site.geom is not None:
            site.geom = in_degrees(site.geom)


def _say_why(principal: Any, found: list[Site]) -> None:
    """Write on each site the sentences of its findings."""
    said: dict[int, list[str]] = {}
    for each in findings(principal).filter(site__in=[site.pk for site in found]):
        said.setdefault(each.site_id, []).append(sentence(each))
    for site in found:
        site.sentences = said.get(site.pk, [])  # type: ignore[attr-defined]


@require_GET
@requires("sites.read")
def landlord_map_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The short card of one site: a fragment. The number comes from a tile of the same reader."""
    principal = principal_of(request)
    site = get_object_or_404(sites(principal).select_related("agency"), pk=pk)
    found = findings(principal).filter(site=site) if principal.may("campaigns.read") else []
    context = {
        "site": site,
        "pending": principal.may("campaigns.read")
        and counter_visits(principal).filter(site=site, state=CounterVisit.State.PENDING).exists(),
        "sentences": [sentence(each) for each in found],
    }
    return render(request, "stock/_map_card.html", context)


@require_GET
@requires("sites.read")
def landlord_map_search(request: HttpRequest) -> HttpResponse:
    """Sites and places of that name: a fragment."""
    answer = search(principal_of(request), request.GET.get("q", ""))
    _to_degrees(answer.sites)
    for site in answer.sites:
        site.shown_level = site.current_level  # type: ignore[attr-defined]
    return render(request, "map/_found.html", {"answer": answer, "site_route": "site-detail"})
