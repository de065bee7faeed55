"""Who looked at a landlord's sites, month by month; and, for a partner, what its own people did."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from sharing.conventions.models import Convention
from sharing.journal.models import JournalEntry
from sharing.journal.services import about_my_sites, my_own
from tenants.access import sites

PAGE = 50


@require_GET
@requires("sharing.read", "shared.read")
def journal(request: HttpRequest) -> HttpResponse:
    """A landlord: what others did with its data. A partner: what its own people did. One month at a time."""
    principal = principal_of(request)
    entries = about_my_sites(principal) if principal.is_landlord else my_own(principal)
    months = months_of(entries)
    month = chosen_month(request.GET.get("mois", ""), months)
    of_month = (
        entries.filter(at__year=month.year, at__month=month.month) if month else entries.none()
    )
    page = Paginator(of_month, PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": _("Journal des accès"),
        "lead": _("Qui a consulté vos sites, quand, et au titre de quelle convention.")
        if principal.is_landlord
        else _(
            "Ce que votre organisation a consulté. Chaque bailleur voit les lignes qui concernent ses sites."
        ),
        "tab": "journal",
        "is_landlord": principal.is_landlord,
        "months": months,
        "month": month,
        "page": page,
        "rows": with_names(request, list(page.object_list)),
    }
    return render(request, "journal/list.html", context)


def months_of(entries: QuerySet[JournalEntry]) -> list[tuple[date, int]]:
    """The months that hold entries, newest first, with how many."""
    counted = (
        entries.order_by()
        .annotate(month=TruncMonth("at"))
        .values("month")
        .annotate(n=Count("pk"))
        .order_by("-month")
    )
    return [(row["month"].date(), row["n"]) for row in counted]


def chosen_month(asked: str, months: list[tuple[date, int]]) -> date | None:
    """The month of the query (2026-03), else the newest one."""
    for month, _count in months:
        if asked == f"{month:%Y-%m}":
            return month
    return months[0][0] if months else None


def with_names(request: HttpRequest, entries: list[JournalEntry]) -> list[dict[str, object]]:
    """Each entry with its convention's name and, for the landlord itself, the name of its site."""
    principal = principal_of(request)
    conventions = {
        each.pk: each.name
        for each in Convention.objects.filter(pk__in=[e.convention_id for e in entries])
    }
    names = (
        dict(
            sites(principal)
            .filter(key__in=[e.site_key for e in entries if e.site_key])
            .values_list("key", "name")
        )
        if principal.is_landlord
        else {}
    )
    return [
        {
            "entry": e,
            "convention": conventions.get(e.convention_id or 0, ""),
            "site": names.get(e.site_key, "") if e.site_key else "",
        }
        for e in entries
    ]
