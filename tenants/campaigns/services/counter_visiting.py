"""The second look at every level 4, by somebody who did not rate."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import counter_visits
from tenants.campaigns.models import Assessment, CounterVisit, Decision
from tenants.campaigns.services.deciding import hold_site, settle
from tenants.campaigns.services.errors import CampaignError, require
from tenants.campaigns.services.rating import Receipt, Submission, keep


def may_counter_visit(principal: Principal, visit: CounterVisit) -> bool:
    """Whether the principal may do it: the permission, and no first rating of that site in that campaign."""
    return (
        principal.may("counter_visits.write")
        and not Assessment.objects.filter(
            campaign_id=visit.campaign_id,
            site_id=visit.site_id,
            kind=Assessment.Kind.FIRST,
            rated_by_id=principal.user_id,
        ).exists()
    )


@transaction.atomic
def do_counter_visit(
    principal: Principal, visit: CounterVisit, submission: Submission
) -> CounterVisit:
    """Give the level seen on the second visit: it confirms or corrects, and settles the site. Both ratings are kept.

    Raises CampaignError when it was already done by somebody else or when the principal rated the site herself. The
    same submission sent twice counts once.
    """
    require(principal, "counter_visits.write")
    if not counter_visits(principal).filter(pk=visit.pk).exists():
        raise CampaignError(_("Ce site n’est pas de votre périmètre."))
    line = hold_site(principal, visit.assessment)
    held: CounterVisit = (
        CounterVisit.objects.select_for_update(of=("self",))
        .select_related("assessment", "campaign", "site")
        .get(pk=visit.pk)
    )
    if not may_counter_visit(principal, held):
        raise CampaignError(
            _("Vous avez coté ce site : la contre-visite revient à quelqu’un d’autre.")
        )
    if held.state != CounterVisit.State.PENDING and (
        held.result is None or held.result.key != submission.key
    ):
        raise CampaignError(
            _("Cette contre-visite est déjà faite : son résultat est sur la fiche du site.")
        )
    receipt: Receipt = keep(
        principal.user_id,
        held.campaign,
        held.site,
        submission,
        Assessment.Kind.COUNTER_VISIT,
    )
    if not receipt.created:
        return held
    if held.state != CounterVisit.State.PENDING:
        raise CampaignError(
            _("Cette contre-visite est déjà faite : son résultat est sur la fiche du site.")
        )
    result = receipt.assessment
    confirmed = result.level == held.assessment.level
    Decision.objects.create(
        assessment=result,
        outcome=Decision.Outcome.VALIDATED,
        reason=_("Contre-visite"),
        decided_by_id=principal.user_id,
    )
    held.result = result
    held.state = CounterVisit.State.CONFIRMED if confirmed else CounterVisit.State.CORRECTED
    held.done_at = timezone.now()
    held.save(update_fields=["result", "state", "done_at"])
    settle(line, result.level)
    return held
