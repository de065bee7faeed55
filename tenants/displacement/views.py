"""The page of an intervention's effect."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.gate import principal_of, requires
from tenants.access import interventions
from tenants.displacement.forms import asked, left_out
from tenants.displacement.services import NothingToCompareError, TooEarlyError, measure_effect
from tenants.displacement.wording import conclusions, quotient_text

REFUSED = 422


@require_GET
@requires("incidents.read")
def intervention_effect(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether facts fell on the sites of the intervention, and whether they moved around it."""
    principal = principal_of(request)
    intervention = get_object_or_404(interventions(principal), key=key)
    form = asked(request.GET)
    context: dict[str, Any] = {
        "heading": _("Effet sur les faits"),
        "lead": intervention.title,
        "breadcrumbs": [
            (_("Interventions"), reverse("intervention-list")),
            (intervention.title, ""),
        ],
        "intervention": intervention,
        "form": form,
        "left_out": [str(each) for each in left_out(form.data)],
    }
    if not form.is_valid():
        return render(request, "displacement/effect.html", context, status=REFUSED)
    try:
        effect = measure_effect(principal, intervention, form.question())
    except TooEarlyError:
        context["too_early"] = True
    except NothingToCompareError:
        context["nothing_to_compare"] = True
    else:
        context |= {
            "effect": effect,
            "conclusions": conclusions(effect),
            "quotient": quotient_text(effect.quotient),
            "transitions": sorted(effect.transitions.items()),
            "areas": [
                (_("Sites de l’intervention"), effect.target, False),
                (_("Témoins de ces sites"), effect.control, True),
                (_("Couronne"), effect.ring, False),
                (_("Témoins de la couronne"), effect.ring_control, True),
            ],
        }
    return render(request, "displacement/effect.html", context)
