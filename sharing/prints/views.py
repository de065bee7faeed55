"""Ask for the map on paper, as a landlord of its own sites or as a reader of shared ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import fresh_second_factor
from sharing.journal import harvest
from sharing.prints.content import own_plan, shared_plan
from sharing.prints.plan import FORMATS
from sharing.prints.typesetting import typeset
from sharing.receipts.holdings import of_own, of_shared
from sharing.receipts.services import deliver
from sharing.sites.map_choice import read_choice as read_shared_choice
from sharing.sites.marks import listed
from tenants.maps.choices import read_choice
from tenants.maps.frames import asked_degrees, frame_of, in_lambert
from tenants.maps.marks import in_order, shown

PDF = "application/pdf"


def _paper(query: QueryDict) -> str:
    asked = query.get("papier", "")
    return asked if asked in FORMATS else "a4"


@require_POST
@requires("sites.read")
def print_own_map(request: HttpRequest) -> HttpResponse:
    """The landlord's map as it is on the screen: view, filters, legend and frame; within reach."""
    principal, query = principal_of(request), request.POST
    choice = read_choice(query, principal)
    rows = shown(principal, choice)
    frame = asked_degrees(query.get("bbox", "")) or frame_of(rows)
    box = in_lambert(frame)
    found = list(in_order(rows.filter(geom__bboverlaps=box), choice))
    plan = own_plan(principal, choice, found, box)
    receipt = deliver(
        principal, kind="own_map", title=plan.title, file_name=f"{slugify(plan.title)}.pdf", media_type=PDF,
        make=lambda facts: typeset(plan, box.extent, _paper(query), facts), holdings=of_own(principal, found), rows=len(found),
    )  # fmt: skip
    return redirect("receipt", receipt.key)


@require_POST
@requires("shared.read", "sharing.read")
@fresh_second_factor
def print_shared_map(request: HttpRequest) -> HttpResponse:
    """The map of the shared sites, under the same rules as on the screen."""
    principal, query = principal_of(request), request.POST
    choice = read_shared_choice(query, principal)
    frame = asked_degrees(query.get("bbox", "")) or (-5.2, 41.3, 9.6, 51.1)
    box = in_lambert(frame)
    marked, _total = listed(principal, choice, box, most=None)
    found = [each.site for each in marked]
    if harvest.is_over(principal, len(found)):
        return harvest.refused_page(request)
    plan = shared_plan(choice, marked)
    receipt = deliver(
        principal, kind="shared_map", title=_("Carte des sites partagés"), file_name="carte-des-sites-partages.pdf",
        media_type=PDF, make=lambda facts: typeset(plan, box.extent, _paper(query), facts), holdings=of_shared(found),
        rows=len(found),
    )  # fmt: skip
    return redirect("receipt", receipt.key)
