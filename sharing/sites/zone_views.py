"""The table of the zones: what the detail level `zone` gives, always from a published release."""

from __future__ import annotations

from collections import Counter

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from sharing.access import zones
from sharing.details import Detail
from sharing.journal.models import Action
from sharing.journal.services import record
from sharing.sites.situation import situation
from sharing.sites.zone_lines import lines_of

PAGE = 50


@require_GET
@requires("shared.read", "sharing.read")
def zone_list(request: HttpRequest) -> HttpResponse:
    """The reader's zones, by name or commune."""
    principal = principal_of(request)
    wanted = request.GET.get("q", "").strip()[:80]
    lines = lines_of(zones(principal))
    found = [line for line in lines if line.says(wanted)]
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
