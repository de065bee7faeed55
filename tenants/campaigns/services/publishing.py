"""What partners read moves here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.campaigns.history import CampaignEvent
from tenants.campaigns.models import (
    Assessment,
    Campaign,
    CampaignSite,
    CounterVisit,
    Decision,
    Publication,
)
from tenants.campaigns.services.errors import CampaignError, require
from tenants.campaigns.services.launching import locked, note
from tenants.stock.models import Site


@dataclass(frozen=True)
class PublicationReport:
    """Counts of sites: published (of which changed), kept at the previous level for want of a decision or a visit."""

    published: int
    changed: int
    pending: int
    undecided: int


def _to_publish(campaign: Campaign) -> list[CampaignSite]:
    """Decided sites that this campaign has not yet published at that level; what has left the stock stays out.

    So does a site whose published level is a later campaign's: a past campaign, taken in after it, is history.
    """
    published = Publication.objects.filter(campaign=campaign).order_by("published_at", "pk")
    done: dict[int, int] = dict(published.values_list("site_id", "level"))  # the last one stays
    lines = CampaignSite.objects.filter(
        campaign=campaign, level__isnull=False, site__state=Site.State.MANAGED
    ).select_related("site")
    visited = set(
        CounterVisit.objects.filter(
            campaign=campaign, state=CounterVisit.State.PENDING
        ).values_list("site_id", flat=True)
    )
    later = set(
        Publication.objects.filter(
            campaign__reference_date__gt=campaign.reference_date
        ).values_list("site_id", flat=True)
    )
    return [
        line
        for line in lines
        if line.site_id not in visited | later and done.get(line.site_id) != line.level
    ]


def preview_publication(campaign: Campaign) -> PublicationReport:
    """What publishing now would do, for the confirmation."""
    lines = _to_publish(campaign)
    waiting = CounterVisit.objects.filter(campaign=campaign, state=CounterVisit.State.PENDING)
    undecided = CampaignSite.objects.filter(campaign=campaign, level__isnull=True).exclude(
        site_id__in=waiting.values("site_id")
    )
    return PublicationReport(
        published=len(lines),
        changed=sum(line.level != line.site.published_level for line in lines),
        pending=waiting.count(),
        undecided=undecided.count(),
    )


@transaction.atomic
def publish(principal: Principal, campaign: Campaign) -> PublicationReport:
    """Let partners read the levels that the campaign decided; the others keep their previous published level.

    A published campaign may be published again: the sites decided since (a counter-visit that came late) follow.
    Raises CampaignError before the closing.
    """
    require(principal, "campaigns.manage")
    campaign = locked(campaign)
    if campaign.state not in {Campaign.State.CLOSED, Campaign.State.PUBLISHED}:
        raise CampaignError(_("Closez la campagne avant de publier ses niveaux."))
    report = preview_publication(campaign)
    lines = _to_publish(campaign)
    deciding = _deciding_assessments(campaign)
    now = timezone.now()
    Publication.objects.bulk_create(
        [
            Publication(
                landlord_id=campaign.landlord_id,
                site_id=line.site_id,
                campaign=campaign,
                assessment_id=deciding.get(line.site_id),
                level=line.level,
                previous_level=line.site.published_level,
                published_at=now,
            )
            for line in lines
            if line.level is not None
        ],
        batch_size=1000,
    )
    for line in lines:
        line.site.published_level = line.level
        line.site.published_on = timezone.localdate()
    Site.objects.bulk_update(
        [line.site for line in lines], ["published_level", "published_on"], batch_size=500
    )
    campaign.state = Campaign.State.PUBLISHED
    campaign.published_at = now
    campaign.save(update_fields=["state", "published_at"])
    note(principal, campaign, CampaignEvent.Step.PUBLISHED)
    return report


def _deciding_assessments(campaign: Campaign) -> dict[int, int]:
    """Site id → the assessment that settled it: the last one validated, a counter-visit's result included."""
    rows = (
        Decision.objects.filter(assessment__campaign=campaign, outcome=Decision.Outcome.VALIDATED)
        .order_by("decided_at", "pk")
        .values_list(
            "assessment__site_id",
            "assessment_id",
            "assessment__level",
            "assessment__kind",
            "file_import_id",
        )
    )
    # A validated first rating of level 4 settles nothing: its counter-visit does, unless a past campaign kept it.
    return {
        site_id: assessment_id
        for site_id, assessment_id, level, kind, imported in rows
        if kind == Assessment.Kind.COUNTER_VISIT or level < 4 or imported is not None
    }
