"""The page of the hot spots: what was found, what it means, the button that computes again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, requires
from gis.statistics.local import Finding
from tenants.hotspots.services import (
    PERMISSION,
    ask,
    findings,
    last_run,
    may_compute,
    refusal_lines,
)
from tenants.hotspots.wording import EXPLAINED, sentence

MOST = 200
# The order of the page: what calls for a decision first.
ORDER = [Finding.JOINED, Finding.HOT, Finding.LOW_AMONG_HIGH, Finding.HIGH_AMONG_LOW, Finding.COLD]


@require_GET
@requires("campaigns.read")
def hotspot_list(request: HttpRequest) -> HttpResponse:
    """The sites that stand out within the reader's reach, with the reason of each."""
    principal = principal_of(request)
    run = last_run(principal)
    rows = list(findings(principal).select_related("site")[: MOST + 1]) if run else []
    groups = [
        (each, [(row, sentence(row)) for row in rows[:MOST] if row.finding == each.value])
        for each in ORDER
    ]
    context = {
        "heading": _("Points chauds"),
        "lead": _(
            "Où les difficultés se rassemblent plus que par hasard, sur votre seul patrimoine."
        ),
        "run": run,
        "refusals": refusal_lines(run) if run else [],
        "groups": [(rows_[0][0].get_finding_display(), rows_) for _each, rows_ in groups if rows_],
        "more": len(rows) > MOST,
        "most": MOST,
        "explained": EXPLAINED.values(),
        "may_compute": may_compute(principal),
    }
    return render(request, "hotspots/hotspot_list.html", context)


@require_POST
@requires(PERMISSION)
def hotspot_compute(request: HttpRequest) -> HttpResponse:
    """Ask for a computation."""
    return redirect("job-progress", ask(principal_of(request)).key)
