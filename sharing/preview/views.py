"""« Voir comme » a partner, read-only and journalled."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from sharing.access import conventions, own_sites_as, own_sites_under
from sharing.conventions.standing import Standing, standings
from sharing.details import Detail
from sharing.journal.models import Action
from sharing.journal.services import record
from sharing.preview.services import seen_sites

PAGE = 50


@require_GET
@requires("sharing.read")
def view_as(request: HttpRequest, key: UUID) -> HttpResponse:
    """The landlord's own sites as that reader sees them today, or would under a version (`convention`, `version`)."""
    principal = principal_of(request)
    found = standings(conventions(principal))
    reader = next(
        (
            party.organisation
            for standing in found
            for party in standing.parties
            if party.organisation.key == key and party.organisation_id != principal.organisation_id
        ),
        None,
    )
    if reader is None:
        raise Http404(_("Cette organisation ne partage aucune convention avec vous."))
    bound = [each for each in found if each.party(reader.pk)]
    version = _asked_version(bound, request.GET.get("version", ""))
    seen = own_sites_under(principal, version[1], reader.pk) if version else own_sites_as(principal, reader.pk)  # fmt: skip
    rows = seen_sites(principal, seen)
    listed = [row for row in rows if row.is_listed]
    record(
        principal, Action.VIEWED_AS, Detail.SITE, about_id=principal.organisation_id, rows=len(listed),
        subject=reader.name,
    )  # fmt: skip
    levels = {n: sum(1 for row in listed if row.site.published_level == n) for n in (1, 2, 3, 4)}
    context = {
        "heading": _("Voir comme %(reader)s") % {"reader": reader.short_name},
        "breadcrumbs": [(_("Partage"), reverse("landlord-sharing")), (_("Voir comme"), "")],
        "reader": reader,
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "levels": levels,
        "figures_only": len(rows) - len(listed),
        "versions": [(each, annex) for each in bound for annex in each.annexes if annex.state != "replaced"],
        "version": version[1] if version else None,
        "obstacles": [(each.convention, each.obstacles(reader.pk)) for each in bound if each.obstacles(reader.pk)],
    }  # fmt: skip
    return render(request, "preview/view_as.html", context)


def _asked_version(bound: list[Standing], pk: str) -> tuple[Standing, int] | None:
    if not pk:
        return None
    for each in bound:
        for annex in each.annexes:
            if str(annex.pk) == pk:
                return each, annex.pk
    raise Http404(_("Cette version de l’annexe n’est pas d’une convention que vous partagez."))
