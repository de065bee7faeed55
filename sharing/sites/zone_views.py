"""The page of the zones: what the detail level `zone` gives, always from a published release."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from gis.territories.models import Territory
from gis.territories.search import plain
from sharing.access import Zone, zones
from sharing.details import Detail
from sharing.journal.models import Action
from sharing.journal.services import record
from sharing.reports.content import Cell, cells_of
from sharing.sites.situation import situation

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One zone of the page."""

    zone: Zone
    communes: str
    cells: list[Cell]

    @property
    def total(self) -> int | None:
        """How many sites, None when withheld."""
        return None if self.zone.sites is None else self.zone.sites["total"]

    @property
    def levels(self) -> dict[str, int]:
        """Sites by level for the bar; empty where a level is not told apart from its band."""
        if any(cell.span > 1 for cell in self.cells):
            return {}
        return {cell.levels: cell.count for cell in self.cells}


@require_GET
@requires("shared.read", "sharing.read")
def zone_list(request: HttpRequest) -> HttpResponse:
    """The reader's zones, by name or commune."""
    principal = principal_of(request)
    wanted = request.GET.get("q", "").strip()[:80]
    lines = _lines(zones(principal))
    found = [line for line in lines if plain(wanted) in plain(_words(line))]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = Counter(line.zone.convention.pk for line in page.object_list)
    for convention, rows in shown.items():
        action = Action.SEARCHED if wanted else Action.LISTED
        record(principal, action, Detail.ZONE, convention_id=convention, rows=rows, subject=wanted)
    context = {
        "heading": _("Zones"),
        "tab": "zones",
        "page": page,
        "lines": list(page.object_list),
        "has_zones": bool(lines),
        "several_conventions": len({line.zone.convention.pk for line in lines}) > 1,
        "text": wanted,
        "situation": None if lines else situation(principal),
    }
    return render(request, "sites/zones.html", context)


def _lines(found: list[Zone]) -> list[Line]:
    codes = {code for zone in found for code in zone.commune_codes}
    names = dict(
        Territory.objects.current("commune")
        .filter(code__in=codes)
        .order_by()
        .values_list("code", "name")
    )
    return [
        Line(
            zone,
            ", ".join(names.get(code, code) for code in zone.commune_codes),
            [] if zone.sites is None else cells_of(zone.sites),
        )
        for zone in found
    ]


def _words(line: Line) -> str:
    return " ".join((*line.zone.names, *line.zone.codes, line.communes))
