"""The sector head or the director decides on a rating; a level 4 goes to a counter-visit first."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import sites
from tenants.campaigns.models import Assessment, Campaign, CampaignSite, CounterVisit, Decision
from tenants.campaigns.services.errors import CampaignError, require
from tenants.stock.models import Site

COUNTER_VISIT_LEVEL = 4


def hold_site(principal: Principal, assessment: Assessment) -> CampaignSite:
    """The site's line of the campaign, held until the end of the transaction: decisions on one site come in turn.

    Raises CampaignError when the site is out of the principal's reach or the campaign no longer takes decisions.
    """
    if not sites(principal).filter(pk=assessment.site_id).exists():
        raise CampaignError(_("Ce site n’est pas de votre périmètre."))
    line: CampaignSite = (
        CampaignSite.objects.select_for_update(of=("self",))
        .select_related("campaign")
        .get(campaign_id=assessment.campaign_id, site_id=assessment.site_id)
    )
    return line


@transaction.atomic
def validate(principal: Principal, assessment: Assessment) -> CounterVisit | None:
    """Keep this rating. Other undecided ratings of the site are set aside, with that as their reason.

    A level 4 opens a counter-visit (returned) and changes nothing else until it is done; any other level becomes the
    site's at once. Raises CampaignError for a rating already decided, a site under or after its counter-visit, or a
    campaign already published.
    """
    require(principal, "assessments.validate")
    line = hold_site(principal, assessment)
    _refuse_decided(assessment, line)
    Decision.objects.create(
        assessment=assessment, outcome=Decision.Outcome.VALIDATED, decided_by_id=principal.user_id
    )
    others = Assessment.objects.filter(
        campaign_id=line.campaign_id,
        site_id=line.site_id,
        kind=Assessment.Kind.FIRST,
        decisions=None,
    )
    for other in others:
        Decision.objects.create(
            assessment=other,
            outcome=Decision.Outcome.SET_ASIDE,
            reason=_("Une autre cotation du site a été retenue."),
            decided_by_id=principal.user_id,
        )
    if assessment.level == COUNTER_VISIT_LEVEL:
        due = timezone.localdate() + dt.timedelta(days=settings.ORSEN_COUNTER_VISIT_DAYS)
        visit: CounterVisit = CounterVisit.objects.create(
            campaign_id=line.campaign_id, site_id=line.site_id, assessment=assessment, due_on=due
        )
        return visit
    settle(line, assessment.level)
    return None


@transaction.atomic
def set_aside(principal: Principal, assessment: Assessment, *, reason: str) -> None:
    """Put a rating aside, with a reason; it stays in the history. Raises CampaignError as `validate` does."""
    require(principal, "assessments.validate")
    line = hold_site(principal, assessment)
    _refuse_decided(assessment, line)
    if not reason.strip():
        raise CampaignError(_("Dites pourquoi la cotation est écartée : son auteur le lira."))
    Decision.objects.create(
        assessment=assessment,
        outcome=Decision.Outcome.SET_ASIDE,
        reason=reason.strip(),
        decided_by_id=principal.user_id,
    )


def _refuse_decided(assessment: Assessment, line: CampaignSite) -> None:
    if line.campaign.state == Campaign.State.PUBLISHED:
        raise CampaignError(
            _("La campagne est publiée : rouvrez-la avec un motif avant de décider à nouveau.")
        )
    if assessment.kind != Assessment.Kind.FIRST or assessment.decisions.exists():
        raise CampaignError(_("Une décision a déjà été prise sur cette cotation."))
    visit = CounterVisit.objects.filter(campaign_id=line.campaign_id, site_id=line.site_id).first()
    if visit is not None:
        raise CampaignError(
            _("Une contre-visite est en cours sur ce site : c’est elle qui tranchera.")
            if visit.state == CounterVisit.State.PENDING
            else _("La contre-visite a déjà tranché pour ce site.")
        )


def settle(line: CampaignSite, level: int) -> None:
    """Make the level that of the site in its campaign, and its current one unless a later campaign spoke already."""
    line.level = level
    line.decided_at = timezone.now()
    line.save(update_fields=["level", "decided_at"])
    later = CampaignSite.objects.filter(
        site_id=line.site_id,
        level__isnull=False,
        campaign__reference_date__gt=line.campaign.reference_date,
    )
    if not later.exists():
        Site.objects.filter(pk=line.site_id).update(
            current_level=level, current_on=timezone.localdate()
        )
