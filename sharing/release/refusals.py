"""Why a round gives no release: told before the job is asked for, and again by the job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Organisation
from sharing.rounds.models import CampaignRound

FINISHED: Final = {"closed", "published"}
GROUPS: Final = 3


@dataclass(frozen=True)
class Readiness:
    """How far the landlords of a round are: groups bound by the convention, landlords, finished campaigns."""

    groups: int
    landlords: int
    finished: int


def readiness(round_: CampaignRound) -> Readiness:
    """Read in the coordination's scope: counts and states only, never a row of a landlord."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT landlord_id, campaign_state FROM shared.round_progress(%s)", [str(round_.key)]
        )
        rows = cursor.fetchall()
    groups = Organisation.objects.filter(pk__in=[row[0] for row in rows], is_active=True)
    return Readiness(
        groups=groups.order_by().values("group_id").distinct().count(),
        landlords=len(rows),
        finished=sum(1 for _landlord, state in rows if state in FINISHED),
    )


def refusal(round_: CampaignRound, ready: Readiness) -> str:
    """What forbids the release and what to do about it; empty when nothing does."""
    convention = round_.convention
    if not convention.is_live:
        return _(
            "La convention « %(name)s » n’est pas en vigueur : aucun chiffre ne peut plus en être diffusé. "
            "Renouvelez-la ou remettez-la en vigueur, puis recommencez."
        ) % {"name": convention.name}
    if round_.state != CampaignRound.State.CLOSED:
        return _(
            "La campagne « %(name)s » n’est pas close. Clôturez-la d’abord : un rapport ne porte que sur des "
            "cotations qui ne changent plus."
        ) % {"name": round_.name}
    if ready.groups < GROUPS:
        return _(
            "La convention ne réunit que %(groups)s groupes de bailleurs. Il en faut au moins %(minimum)s, sans quoi "
            "chacun lirait les chiffres de l’autre. Faites signer d’autres bailleurs avant la prochaine campagne."
        ) % {"groups": ready.groups, "minimum": GROUPS}
    if ready.finished == 0:
        return _(
            "Aucun bailleur n’a clos sa campagne. Relancez-les depuis la page de la campagne ; le rapport pourra être "
            "produit dès que l’un d’eux aura fini."
        )
    return ""
