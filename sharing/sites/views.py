"""The reader's pages over the door: home, list, card."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from sharing.access import changes_since, reports, shared_file, shared_site, shared_sites
from sharing.access.models import SharedPublication, SharedSite
from sharing.journal import harvest
from sharing.journal.models import Action
from sharing.journal.services import record_rows, record_site
from sharing.notices.services import notices
from sharing.sites.cards import degrees, shown_file
from sharing.sites.filters import SiteFilter, facet
from sharing.sites.situation import situation
from sharing.visits.services import last_visit

PAGE = 50
NEWS = 12


@require_GET
@requires("shared.read")
def home(request: HttpRequest) -> HttpResponse:
    """What changed since the member's last visit, what she reads, until when."""
    principal = principal_of(request)
    since = last_visit(principal)
    found = facet(shared_sites(principal))
    # A level published again unchanged is no news.
    changes = changes_since(principal, since).exclude(previous_level=F("level"))
    context = {
        "heading": _("Accueil"),
        "since": since,
        "changes_count": changes.count(),
        "changes": _named(list(changes[:NEWS]), shared_sites(principal)),
        "facet": found,
        "dwellings": sum(found.dwellings.values()),
        "situation": situation(principal),
        "reports": list(reports(principal)[:5]),
        "notices": notices(principal)[:5],
    }
    return render(request, "sites/home.html", context)


def _named(changes: list[SharedPublication], sites: object) -> list[dict[str, object]]:
    """Each change with its site."""
    named: dict[UUID, SharedSite] = {
        site.key: site
        for site in sites.filter(key__in=[change.key for change in changes])  # type: ignore[attr-defined]
    }
    return [
        {"change": change, "site": named[change.key]} for change in changes if change.key in named
    ]


@require_GET
@requires("shared.read", "sharing.read")
def site_list(request: HttpRequest) -> HttpResponse:
    """The sites that conventions give the reader, filtered and sorted by what it sees of them."""
    principal = principal_of(request)
    asked = SiteFilter.of_query(request.GET)
    found = facet(shared_sites(principal))
    page = Paginator(asked.order(asked.apply(shared_sites(principal))), PAGE).get_page(request.GET.get("page"))  # fmt: skip
    rows = list(page.object_list)
    if harvest.is_over_in_lists(principal, len(rows)):
        return harvest.refused_list(request)
    record_rows(principal, Action.SEARCHED if asked.text else Action.LISTED, rows, asked.text)
    context = {
        "heading": _("Sites des autres bailleurs") if principal.is_landlord else _("Sites"),
        "tab": "sites",
        "page": page,
        "rows": rows,
        "facet": found,
        "asked": asked,
        "levels": "".join(map(str, asked.levels)),
        "chips": asked.chips(found),
        "situation": None if found.total else situation(principal),
    }
    return render(request, "sites/list.html", context)


@require_GET
@requires("shared.read", "sharing.read")
def site_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """One site, at the detail that the annex gives."""
    principal = principal_of(request)
    site = shared_site(principal, key)
    if harvest.is_over(principal, 1):
        return harvest.refused_page(request)
    record_site(principal, site)
    file = shared_file(principal, site)
    context = {
        "heading": site.name,
        "breadcrumbs": [(_("Sites"), reverse("shared-site-list")), (site.name, "")],
        "site": site,
        "file": shown_file(file) if file else None,
        "position": degrees(site),
        "may_give": principal.may("meetings.write"),
    }
    return render(request, "sites/sheet.html", context)
