"""What telephones sent and no right covered any more: shown, then taken in or refused."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, requires
from tenants.campaigns.grids import answers_on, grid_of
from tenants.campaigns.services import CampaignError
from tenants.capture.examining import admit, examined, put_aside, reject
from tenants.capture.files import MOST_BYTES, Taken, take_file
from tenants.capture.models import Arrival
from tenants.capture.reading import body_of
from tenants.owngrids.rating import read_answers


@require_GET
@requires("campaigns.manage")
def arrival_list(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    principal = principal_of(request)
    show_done = request.GET.get("etat") == "examinees"
    rows = examined(principal) if show_done else put_aside(principal)
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    context = {
        "heading": _("Cotations à examiner"),
        "lead": _(
            "Elles sont arrivées d’un téléphone dont les droits ne les couvraient plus. Rien n’est perdu : à vous de décider."
        ),
        "breadcrumbs": [
            (_("Campagnes"), reverse("campaign-list")),
            (_("Cotations à examiner"), ""),
        ],
        "page": page,
        "rows": [_row(arrival) for arrival in page],
        "show_done": show_done,
        "waiting": put_aside(principal).count(),
    }
    return render(request, "capture/arrival_list.html", context)


def _row(arrival: Arrival) -> dict[str, Any]:
    if arrival.body is None or arrival.campaign is None:
        return {"arrival": arrival}
    said = body_of(json.loads(arrival.body)).submission
    grid = grid_of(arrival.campaign)
    read = read_answers(grid, said.criteria, said.level)
    ticks = {tick.code: tick.label for tick in grid.ticks}
    return {
        "arrival": arrival,
        "said": said,
        "level": read.level,
        "suggested": read.suggested_level,
        "differs": read.differs,
        "answers": answers_on(grid, said.criteria),
        "facts": [ticks[code] for code in said.ticks if code in ticks],
    }


@require_POST
@requires("campaigns.manage")
def arrival_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it in, or refuse it with a reason."""
    principal = principal_of(request)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("outcome") == "admit":
            admit(principal, pk, reason=reason)
            messages.success(
                request, _("La cotation est reçue : elle attend sa validation comme les autres.")
            )
        else:
            reject(principal, pk, reason=reason)
            messages.success(request, _("La cotation est refusée ; son contenu est effacé."))
    except CampaignError as refusal:
        messages.error(request, str(refusal))
    return redirect("arrival-list")


@require_POST
@requires("campaigns.manage")
def arrival_file(request: HttpRequest) -> HttpResponse:
    """Take in the file that a telephone has exported: its ratings wait here with the others."""
    sent = request.FILES.get("file")
    if sent is None or (sent.size or 0) > MOST_BYTES:
        messages.error(request, _("Choisissez le fichier exporté du téléphone (5 Mo au plus)."))
        return redirect("arrival-list")
    try:
        taken = take_file(principal_of(request), sent.read())
    except CampaignError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, taken)
    return redirect("arrival-list")


def _tell(request: HttpRequest, taken: Taken) -> None:
    if taken.aside:
        text = ngettext(
            "%(n)d cotation reprise du fichier attend votre décision.",
            "%(n)d cotations reprises du fichier attendent votre décision.",
            taken.aside,
        )
        messages.success(request, text % {"n": taken.aside})
    if taken.known:
        text = ngettext(
            "%(n)d cotation du fichier était déjà arrivée : rien n’est compté deux fois.",
            "%(n)d cotations du fichier étaient déjà arrivées : rien n’est compté deux fois.",
            taken.known,
        )
        messages.info(request, text % {"n": taken.known})
    for sentence, count in taken.refused.most_common(5):
        text = ngettext(
            "%(n)d cotation n’a pas pu être reprise. %(why)s",
            "%(n)d cotations n’ont pas pu être reprises. %(why)s",
            count,
        )
        messages.error(request, text % {"n": count, "why": sentence})
