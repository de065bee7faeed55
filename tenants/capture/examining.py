"""What was put aside, decided by the landlord's security direction or administrator: taken in, or refused with a reason."""

from __future__ import annotations

import json

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.campaigns.models import Assessment
from tenants.campaigns.services import CampaignError
from tenants.campaigns.services.rating import keep
from tenants.capture.models import Arrival
from tenants.capture.reading import body_of

EXAMINE = "campaigns.manage"


def put_aside(principal: Principal) -> QuerySet[Arrival]:
    """What waits, the oldest first. Raises PermissionError for a role that manages no campaign."""
    return _arrivals(principal).filter(state=Arrival.State.ASIDE).order_by("received_at", "pk")


def examined(principal: Principal) -> QuerySet[Arrival]:
    """What was decided, the newest first."""
    states = [Arrival.State.ADMITTED, Arrival.State.REJECTED]
    return _arrivals(principal).filter(state__in=states).order_by("-decided_at", "-pk")


def _arrivals(principal: Principal) -> QuerySet[Arrival]:
    if not principal.may(EXAMINE):
        raise PermissionError(EXAMINE)
    rows: QuerySet[Arrival] = Arrival.objects.select_related(
        "campaign",
        "campaign__grid",
        "campaign__own_grid",
        "site",
        "author",
        "decided_by",
        "assessment",
    )
    return rows


def _held(principal: Principal, pk: int) -> Arrival:
    held = put_aside(principal).select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None:
        raise CampaignError(_("Cette cotation a déjà été examinée."))
    return held


@transaction.atomic
def admit(principal: Principal, pk: int, *, reason: str) -> Assessment:
    """Take it in as a rating of its author, under its own key. Raises CampaignError."""
    arrival = _held(principal, pk)
    if arrival.campaign is None or arrival.site is None or arrival.body is None:
        raise CampaignError(_("Cette cotation n’a plus de contenu."))
    body = body_of(json.loads(arrival.body))
    receipt = keep(
        arrival.author_id, arrival.campaign, arrival.site, body.submission, Assessment.Kind.FIRST
    )
    arrival.assessment = receipt.assessment
    arrival.diverges = receipt.diverges
    _decide(principal, arrival, Arrival.State.ADMITTED, reason)
    return receipt.assessment


@transaction.atomic
def reject(principal: Principal, pk: int, *, reason: str) -> None:
    """Refuse it, with a reason; what it said is emptied. Raises CampaignError."""
    arrival = _held(principal, pk)
    if not reason.strip():
        raise CampaignError(_("Dites pourquoi la cotation est refusée : le motif reste inscrit."))
    _decide(principal, arrival, Arrival.State.REJECTED, reason)


def _decide(principal: Principal, arrival: Arrival, state: str, reason: str) -> None:
    arrival.state = state
    arrival.reason = reason.strip()[:240]
    arrival.decided_by_id = principal.user_id
    arrival.decided_at = timezone.now()
    arrival.body = None
    arrival.save(
        update_fields=[
            "state", "reason", "decided_by", "decided_at", "body", "assessment", "diverges",
        ]
    )  # fmt: skip
