"""The schedules of a coordination: what fires, when next, and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from sharing.access import conventions
from sharing.conventions.models import Convention
from sharing.schedules import services
from sharing.schedules.forms import ScheduleForm
from sharing.schedules.models import ReportSchedule, ScheduleFiring
from sharing.schedules.occasions import Cadence, next_day
from sharing.schedules.services import ScheduleRefusedError

MOST_FIRINGS = 6


@dataclass(frozen=True)
class Row:
    """A schedule with its next day and its last firings."""

    schedule: ReportSchedule
    next_on: dt.date | None
    firings: list[ScheduleFiring]


@requires("reports.build")
@require_http_methods(["GET", "POST"])
def schedule_list(request: HttpRequest) -> HttpResponse:
    """The schedules; sign another."""
    principal = principal_of(request)
    held = conventions(principal).filter(state=Convention.State.ACTIVE)
    form = ScheduleForm(request.POST or None, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(principal, **form.cleaned_data)
        except ScheduleRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("Rapport programmé. Il sera à relire : rien n’est publié sans vous."),
            )
            return redirect("report-schedules")
    context = {
        "heading": _("Rapports programmés"),
        "lead": _("Produits d’eux-mêmes, relus et publiés par une personne."),
        "breadcrumbs": [(_("Rapports"), reverse("report-list")), (_("Rapports programmés"), "")],
        "rows": _rows(principal),
        "form": form,
        "may_sign": held.exists(),
    }
    return render(request, "schedules/list.html", context)


def _rows(principal: Principal) -> list[Row]:
    today = timezone.localdate()
    return [
        Row(
            schedule,
            None
            if schedule.cadence == Cadence.CAMPAIGN or schedule.stopped_at
            else next_day(schedule.cadence, timezone.localtime(schedule.created_at).date(), today),
            list(schedule.firings.all()[:MOST_FIRINGS]),
        )
        for schedule in services.schedules(principal)
    ]


@requires("reports.build")
@require_POST
def schedule_stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop one."""
    principal = principal_of(request)
    services.stop(principal, services.schedule_of(principal, key))
    messages.success(request, _("Le programme est arrêté. Ses rapports restent."))
    return redirect("report-schedules")
