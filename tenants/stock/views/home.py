"""The landlord's dashboard: where the open campaign stands, what is grave, what to do next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from tenants.access import campaigns, counter_visits, sites
from tenants.campaigns.models import Campaign, CounterVisit
from tenants.campaigns.querysets import (
    Completion,
    completion_by_agency,
    published_changes,
    total_of,
    undecided,
)

SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """Something that the reader can do now."""

    title: str
    text: str
    url: str
    icon: str
    urgent: bool = False


@dataclass(frozen=True)
class Progress:
    """An open campaign: completion by agency and in all, ratings that wait for a decision."""

    campaign: Campaign
    rows: list[Completion]
    total: Completion
    waiting: int


@require_GET
@requires("campaigns.read")
def landlord_home(request: HttpRequest) -> HttpResponse:
    """The dashboard, within the reader's reach."""
    principal = principal_of(request)
    today = timezone.localdate()
    within = sites(principal).filter(state="managed").order_by()
    figures = within.aggregate(
        sites=Count("pk"),
        homes=Sum("dwellings", default=0),
        rated=Sum("dwellings", filter=Q(current_level__isnull=False), default=0),
        grave=Sum("dwellings", filter=Q(current_level__gte=3), default=0),
        worst=Count("pk", filter=Q(current_level=4)),
    )
    levels = {
        level or 0: total
        for level, total in within.values_list("current_level").annotate(n=Sum("dwellings"))
    }
    pending = counter_visits(principal).filter(state=CounterVisit.State.PENDING)
    due = pending.aggregate(total=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))
    known = list(campaigns(principal)[:6])
    opened = [_progress(principal, each) for each in known if each.state == Campaign.State.OPEN]
    context: dict[str, Any] = {
        "heading": _("Tableau de bord"),
        "figures": figures,
        "grave_share": figures["grave"] / figures["rated"] if figures["rated"] else None,
        "levels": levels,
        "due": due,
        "visits": pending.select_related("site").order_by("due_on", "pk")[:5],
        "today": today,
        "opened": opened,
        "changes": published_changes(principal)[:8],
        "steps": _steps(principal, known, opened, due),
    }
    return render(request, "home/landlord_home.html", context)


def _progress(principal: Principal, campaign: Campaign) -> Progress:
    rows = completion_by_agency(principal, campaign)
    return Progress(campaign, rows, total_of(rows), undecided(principal, campaign).count())


def _steps(
    principal: Principal, known: list[Campaign], opened: list[Progress], due: dict[str, int]
) -> list[Step]:
    steps = []
    if due["overdue"] and principal.may("counter_visits.write"):
        steps.append(
            Step(
                ngettext(
                    "%(n)s contre-visite en retard",
                    "%(n)s contre-visites en retard",
                    due["overdue"],
                )
                % {"n": due["overdue"]},
                _("Tant qu’elles ne sont pas faites, ces sites gardent leur niveau précédent."),
                reverse("counter-visit-list"),
                "footprints",
                urgent=True,
            )
        )
    waiting = {each.campaign.pk: each.waiting for each in opened}
    for campaign in known:
        steps += _campaign_steps(principal, campaign, waiting.get(campaign.pk, 0))
    if not known and principal.may("campaigns.manage"):
        steps.append(
            Step(
                _("Préparer une campagne"),
                _("Aucune campagne n’a encore coté vos sites."),
                reverse("campaign-create"),
                "calendar-check",
            )
        )
    return steps


def _campaign_steps(principal: Principal, campaign: Campaign, waiting: int) -> list[Step]:
    steps = []
    url = reverse("campaign-detail", kwargs={"key": campaign.key})
    words = {"name": campaign.name}
    manages = principal.may("campaigns.manage")
    if campaign.state == Campaign.State.OPEN:
        if waiting and principal.may("assessments.validate"):
            title = ngettext("%(n)s cotation à valider", "%(n)s cotations à valider", waiting) % {
                "n": waiting
            }
            steps.append(Step(title, campaign.name, f"{url}#a-valider", "list-checks"))
        if manages and campaign.closes_on <= timezone.localdate() + SOON:
            text = _("Clôture prévue le %(day)s.") % {"day": date_format(campaign.closes_on)}
            steps.append(Step(_("Clore « %(name)s »") % words, text, url, "lock"))
    elif manages and campaign.state == Campaign.State.CLOSED:
        text = _("Les partenaires lisent encore les niveaux de la publication précédente.")
        steps.append(Step(_("Publier « %(name)s »") % words, text, url, "send"))
    elif manages and campaign.state == Campaign.State.DRAFT:
        text = _("Les équipes coteront leurs sites dès l’ouverture.")
        steps.append(Step(_("Ouvrir « %(name)s »") % words, text, url, "play"))
    return steps
